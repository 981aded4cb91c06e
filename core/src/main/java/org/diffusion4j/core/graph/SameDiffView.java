package org.diffusion4j.core.graph;

import java.util.LinkedHashMap;
import java.util.Map;
import org.diffusion4j.core.check.Require;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.array.SingleThreadArrayHolder;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The SameDiff side of a graph: the instance, and the variable of each tensor.
 *
 * <p>Inputs are placeholders and parameters are variables, both of their tensor's name. Until an
 * executor brings its values, a parameter is zeros that take no memory, whatever its shape. The
 * rows that an {@link Embedding} looks up are a placeholder too, since SameDiff's {@code gather}
 * has no correct gradient: who runs the graph fills it (see {@link #rowsName}).
 */
public final class SameDiffView {
  private final SameDiff sameDiff = SameDiff.create();
  private final Map<String, SDVariable> variables = new LinkedHashMap<>();
  private final DataType dataType;

  SameDiffView(DataType dataType) {
    this.dataType = dataType;
    // The default holders copy the arrays of variables; these keep the very arrays they are given.
    sameDiff.setArrayHolders(new SingleThreadArrayHolder(), new SingleThreadArrayHolder(), true);
  }

  /** The SameDiff instance. */
  public SameDiff sameDiff() {
    return sameDiff;
  }

  /** FLOAT, or DOUBLE in gradient checks. */
  public DataType dataType() {
    return dataType;
  }

  /** The variable that holds a tensor's value. */
  public SDVariable variable(Tensor tensor) {
    SDVariable variable = variables.get(tensor.name());
    if (variable == null) {
      throw new IllegalArgumentException("tensor " + tensor + " is not of this graph");
    }
    return variable;
  }

  /** The placeholder of the rows that the embedding with this output looks up. */
  public static String rowsName(Tensor output) {
    return output.name() + "#rows";
  }

  void bind(Tensor tensor, SDVariable variable) {
    variables.put(tensor.name(), variable);
  }

  /**
   * The variable of a parameter.
   *
   * <p>SameDiff takes the shape of a variable from its array: this one has a stride of 0 along
   * every axis, so that a single zero in memory is all its values.
   *
   * @throws IllegalArgumentException if an axis is empty
   */
  SDVariable parameter(Tensor tensor) {
    for (long size : tensor.shape()) {
      Require.that(size > 0, "shape of parameter", tensor, "must have no empty axis");
    }
    long[] shape = tensor.shapeArray();
    DataBuffer zero = Nd4j.create(dataType, 1).data();
    return sameDiff.var(
        tensor.name(), Nd4j.create(zero, shape, new long[shape.length], 0, 'c', dataType));
  }

  SDVariable placeHolder(String name, DataType type, long... shape) {
    return sameDiff.placeHolder(name, type, shape);
  }

  SDVariable constant(double[] values, long... shape) {
    return sameDiff.constant(Nd4j.createFromArray(values).reshape('c', shape).castTo(dataType));
  }
}
