package org.diffusion4j.core.graph;

import java.util.List;
import org.diffusion4j.core.check.Require;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.PadMode;
import org.nd4j.linalg.factory.Nd4j;

/** Zeros around the images of {@code [n, c, h, w]}. */
public record Pad2d(Tensor x, int left, int right, int top, int bottom) implements Layer {

  public Pad2d {
    Shapes.requireRank("x", x, 4);
    Require.notNegative("left", left);
    Require.notNegative("right", right);
    Require.notNegative("top", top);
    Require.notNegative("bottom", bottom);
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(x);
  }

  @Override
  public long[] outputShape() {
    return new long[] {x.size(0), x.size(1), x.size(2) + top + bottom, x.size(3) + left + right};
  }

  @Override
  public SDVariable build(SameDiffView view) {
    return pad(view.sameDiff(), view.variable(x), left, right, top, bottom, 0);
  }

  /** Constants around the images of {@code [n, c, h, w]}. */
  static SDVariable pad(
      SameDiff sd, SDVariable x, int left, int right, int top, int bottom, double value) {
    if (left == 0 && right == 0 && top == 0 && bottom == 0) {
      return x;
    }
    int[][] padding = {{0, 0}, {0, 0}, {top, bottom}, {left, right}};
    return sd.nn.pad(x, sd.constant(Nd4j.createFromArray(padding)), PadMode.CONSTANT, value);
  }
}
