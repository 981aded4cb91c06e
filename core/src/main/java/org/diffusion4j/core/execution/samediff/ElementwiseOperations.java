package org.diffusion4j.core.execution.samediff;

import java.util.Arrays;
import java.util.List;
import org.diffusion4j.core.graph.Affine;
import org.diffusion4j.core.graph.Binary;
import org.diffusion4j.core.graph.Clip;
import org.diffusion4j.core.graph.Elu;
import org.diffusion4j.core.graph.LeakyRelu;
import org.diffusion4j.core.graph.StopGradient;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.Unary;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.custom.BitCast;

/** Functions of each value by itself. */
final class ElementwiseOperations {
  /** The factor that makes {@code sigmoid} close to the normal distribution (OpenAI's CLIP). */
  private static final double QUICK_GELU_FACTOR = 1.702;

  /** The factor of the cube in the tanh form of GELU (Hendrycks and Gimpel 2016, section 2). */
  private static final double GELU_CUBE_FACTOR = 0.044715;

  private ElementwiseOperations() {}

  static void register(LayerOperations operations) {
    operations.put(Affine.class, ElementwiseOperations::affine);
    operations.put(Binary.class, ElementwiseOperations::binary);
    operations.put(Unary.class, ElementwiseOperations::unary);
    operations.put(Clip.class, ElementwiseOperations::clip);
    operations.put(Elu.class, ElementwiseOperations::elu);
    operations.put(LeakyRelu.class, ElementwiseOperations::leakyRelu);
    operations.put(StopGradient.class, ElementwiseOperations::stopGradient);
  }

  private static SDVariable affine(Affine affine, GraphVariables variables) {
    SDVariable y = variables.of(affine.x());
    if (affine.scale() != 1) {
      y = y.mul(affine.scale());
    }
    return affine.offset() == 0 && affine.scale() != 1 ? y : y.add(affine.offset());
  }

  private static SDVariable binary(Binary binary, GraphVariables variables) {
    SDVariable a = operand(variables, binary.a(), binary.b());
    SDVariable b = operand(variables, binary.b(), binary.a());
    return switch (binary.function()) {
      case ADD -> a.add(b);
      case SUBTRACT -> a.sub(b);
      case MULTIPLY -> a.mul(b);
      case DIVIDE -> a.div(b);
    };
  }

  /** ND4J gives {@code [1, 1] + [n]} the shape {@code [n]}: ones are put before that. */
  private static SDVariable operand(GraphVariables variables, Tensor x, Tensor other) {
    if (other.length() > 1 || x.rank() >= other.rank()) {
      return variables.of(x);
    }
    long[] shape = new long[other.rank()];
    int added = other.rank() - x.rank();
    Arrays.fill(shape, 0, added, 1);
    System.arraycopy(x.shapeArray(), 0, shape, added, x.rank());
    return variables.of(x).reshape(shape);
  }

  private static SDVariable unary(Unary unary, GraphVariables variables) {
    SameDiff sd = variables.sameDiff();
    SDVariable x = variables.of(unary.x());
    return switch (unary.function()) {
      // The derivative of SameDiff's own swish is NaN from 44.4 on.
      case SILU -> x.mul(sd.nn.sigmoid(x));
      case GELU -> x.mul(0.5).mul(sd.math.erf(x.mul(Math.sqrt(0.5))).add(1));
      case GELU_TANH -> x.mul(0.5).mul(sd.math.tanh(geluAngle(x)).add(1));
      case QUICK_GELU -> x.mul(sd.nn.sigmoid(x.mul(QUICK_GELU_FACTOR)));
      case MISH -> x.mul(sd.math.tanh(softplus(sd, x)));
      case SOFTPLUS -> softplus(sd, x);
      case RELU -> sd.nn.relu(x, 0);
      case SIGMOID -> sd.nn.sigmoid(x);
      case TANH -> sd.math.tanh(x);
      case EXP -> sd.math.exp(x);
      case LOG -> sd.math.log(x);
      case SQRT -> sd.math.sqrt(x);
      case SQUARE -> x.mul(x);
      case ABS -> sd.math.abs(x);
      case SIN -> sd.math.sin(x);
      case COS -> sd.math.cos(x);
    };
  }

  private static SDVariable geluAngle(SDVariable x) {
    SDVariable cube = x.mul(x).mul(x);
    return cube.mul(GELU_CUBE_FACTOR).add(x).mul(Math.sqrt(2 / Math.PI));
  }

  /** {@code (x + |x|)/2 + log(1 + exp(-|x|))}, whose derivative at 0 is 1/2 as it should be. */
  private static SDVariable softplus(SameDiff sd, SDVariable x) {
    SDVariable magnitude = sd.math.abs(x);
    SDVariable rest = sd.math.log1p(sd.math.exp(magnitude.neg()));
    return x.add(magnitude).mul(0.5).add(rest);
  }

  private static SDVariable clip(Clip clip, GraphVariables variables) {
    return variables.sameDiff().clipByValue(variables.of(clip.x()), clip.minimum(), clip.maximum());
  }

  /** The exponential is of the negative part alone, which cannot overflow. */
  private static SDVariable elu(Elu elu, GraphVariables variables) {
    SameDiff sd = variables.sameDiff();
    SDVariable x = variables.of(elu.x());
    SDVariable positive = sd.nn.relu(x, 0);
    SDVariable negative = x.sub(positive);
    return positive.add(sd.math.expm1(negative).mul(elu.alpha()));
  }

  /** From the rectifier, since SameDiff's own leaky one has the derivative 1 at 0. */
  private static SDVariable leakyRelu(LeakyRelu leaky, GraphVariables variables) {
    SDVariable x = variables.of(leaky.x());
    SDVariable rectified = variables.sameDiff().nn.relu(x, 0);
    return rectified.mul(1 - leaky.negativeSlope()).add(x.mul(leaky.negativeSlope()));
  }

  /** SameDiff has no such operation, but leads no gradient through integers. */
  private static SDVariable stopGradient(StopGradient stop, GraphVariables variables) {
    SameDiff sd = variables.sameDiff();
    DataType integer = variables.dataType() == DataType.DOUBLE ? DataType.INT64 : DataType.INT32;
    SDVariable bits = new TypedBitCast(sd, variables.of(stop.x()), integer).outputVariable();
    return new TypedBitCast(sd, bits, variables.dataType()).outputVariable();
  }

  /** Bits as those of another type, which SameDiff's own operation cannot be told of in a graph. */
  private static final class TypedBitCast extends BitCast {
    private final DataType type;

    TypedBitCast(SameDiff sd, SDVariable x, DataType type) {
      this.type = type;
      setSameDiff(sd);
      sd.addArgsFor(new SDVariable[] {x}, this);
      addIArgument(type.toInt());
    }

    @Override
    public List<DataType> calculateOutputDataTypes(List<DataType> inputs) {
      return List.of(type);
    }
  }
}
