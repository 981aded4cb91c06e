package org.diffusion4j.core.graph;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.custom.BitCast;

/** The same values, whose gradient is 0: what torch calls {@code detach}. */
public record StopGradient(Tensor x) implements Layer {

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

  @Override
  public List<Tensor> inputs() {
    return List.of(x);
  }

  /** SameDiff has no such operation, but leads no gradient through integers. */
  @Override
  public SDVariable build(SameDiffView view) {
    DataType integer = view.dataType() == DataType.DOUBLE ? DataType.INT64 : DataType.INT32;
    SameDiff sd = view.sameDiff();
    SDVariable bits = new TypedBitCast(sd, view.variable(x), integer).outputVariable();
    return new TypedBitCast(sd, bits, view.dataType()).outputVariable();
  }
}
