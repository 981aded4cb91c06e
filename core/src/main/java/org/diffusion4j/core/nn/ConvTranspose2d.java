package org.diffusion4j.core.nn;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.ConvSettings;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Initializer;
import org.diffusion4j.core.graph.ParameterLayout;
import org.diffusion4j.core.graph.Size2d;
import org.diffusion4j.core.graph.Tensor;

/**
 * 2-D transposed convolution: parameters {@code weight} and {@code bias}.
 *
 * @param out channels of the output
 * @param settings see {@link org.diffusion4j.core.graph.TransposedConvolution2d}
 * @param outputPadding rows and columns that the output has more at its end
 */
public record ConvTranspose2d(
    long out, Size2d kernel, ConvSettings settings, Size2d outputPadding) {

  /** Kernel and stride equal: each pixel becomes a patch. */
  public static ConvTranspose2d patches(long out, int size) {
    ConvSettings settings = ConvSettings.DEFAULT.withStride(size);
    return new ConvTranspose2d(out, Size2d.of(size), settings, Size2d.of(0));
  }

  /**
   * Adds the convolution.
   *
   * @param x {@code [n, c, h, w]}
   * @return {@code [n, out, h', w']}
   */
  public Tensor build(Graph graph, Tensor x) {
    Require.divisible("out", out, "groups", settings.groups());
    long outOfGroup = out / settings.groups();
    Initializer initializer = Initializer.fanIn(outOfGroup * kernel.height() * kernel.width());
    Tensor weight =
        graph.parameter(
            "weight",
            ParameterLayout.CONV2D,
            initializer,
            kernel.height(),
            kernel.width(),
            outOfGroup,
            x.size(1));
    Tensor bias = graph.parameter("bias", ParameterLayout.PLAIN, initializer, out);
    return graph.convTranspose2d(x, weight, bias, settings, outputPadding);
  }
}
