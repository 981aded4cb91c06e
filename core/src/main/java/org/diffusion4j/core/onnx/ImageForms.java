package org.diffusion4j.core.onnx;

import java.util.Arrays;
import org.diffusion4j.core.graph.Interpolate2d;
import org.diffusion4j.core.graph.Interpolation;
import org.diffusion4j.core.graph.NearestUpsampling2d;
import org.diffusion4j.core.graph.Tensor;

/** Images of another size. */
final class ImageForms {
  /** The parameter of Keys' kernel that {@link Interpolation#BICUBIC} has. */
  private static final double CUBIC_A = -0.75;

  private ImageForms() {}

  static void register(LayerForms forms) {
    forms.put(
        NearestUpsampling2d.class,
        (upsample, y, nodes) ->
            nearest(nodes, upsample.x(), upsample.factor(), upsample.factor(), y));
    forms.put(Interpolate2d.class, ImageForms::interpolate);
  }

  /** By whole factors, in the one form that ONNX Runtime has blocked kernels for. */
  private static String nearest(OnnxNodes nodes, Tensor x, long down, long across, String y) {
    String factors = nodes.numbers(new double[] {1, 1, down, across}, 4);
    return nodes
        .op("Resize", nodes.value(x), OnnxNode.ABSENT, factors)
        .with("mode", "nearest")
        .with("coordinate_transformation_mode", "asymmetric")
        .with("nearest_mode", "floor")
        .to(y);
  }

  private static String interpolate(Interpolate2d layer, String y, OnnxNodes nodes) {
    return switch (layer.mode()) {
      case NEAREST, NEAREST_EXACT ->
          isWhole(layer)
              ? nearest(
                  nodes,
                  layer.x(),
                  layer.height() / layer.x().size(2),
                  layer.width() / layer.x().size(3),
                  y)
              : chosen(layer, y, nodes);
      case BILINEAR, BICUBIC ->
          hasStepsOfItsSize(layer)
              ? resize(layer, "half_pixel", y, nodes)
              : products(layer, y, nodes);
      case BILINEAR_ALIGN_CORNERS, BICUBIC_ALIGN_CORNERS ->
          resize(layer, "align_corners", y, nodes);
    };
  }

  private static boolean isWhole(Interpolate2d layer) {
    return layer.height() % layer.x().size(2) == 0
        && layer.width() % layer.x().size(3) == 0
        && hasStepsOfItsSize(layer);
  }

  /** Not so where sizes by factors were rounded: ONNX takes a size or factors, not both. */
  private static boolean hasStepsOfItsSize(Interpolate2d layer) {
    return layer.rowStep() == layer.x().size(2) / (double) layer.height()
        && layer.columnStep() == layer.x().size(3) / (double) layer.width();
  }

  private static String resize(Interpolate2d layer, String coordinates, String y, OnnxNodes nodes) {
    boolean linear =
        layer.mode() == Interpolation.BILINEAR
            || layer.mode() == Interpolation.BILINEAR_ALIGN_CORNERS;
    OnnxNode resize =
        nodes
            .op(
                "Resize",
                nodes.value(layer.x()),
                OnnxNode.ABSENT,
                OnnxNode.ABSENT,
                nodes.integers(layer.outputShape()))
            .with("mode", linear ? "linear" : "cubic")
            .with("coordinate_transformation_mode", coordinates);
    return (linear ? resize : resize.with("cubic_coeff_a", CUBIC_A)).to(y);
  }

  /** The nearest pixels by their numbers: how runtimes round a pixel's place differs. */
  private static String chosen(Interpolate2d layer, String y, OnnxNodes nodes) {
    String rows =
        nodes
            .op("Gather", nodes.value(layer.x()), nodes.integers(ones(rows(layer))))
            .with("axis", 2)
            .to(nodes.inner(y, "rows"));
    return nodes.op("Gather", rows, nodes.integers(ones(columns(layer)))).with("axis", 3).to(y);
  }

  private static long[] ones(double[][] matrix) {
    return Arrays.stream(matrix).mapToLong(ImageForms::indexOfOne).toArray();
  }

  private static long indexOfOne(double[] row) {
    int index = 0;
    while (row[index] != 1) {
      index++;
    }
    return index;
  }

  private static String products(Interpolate2d layer, String y, OnnxNodes nodes) {
    String rows =
        nodes
            .op("MatMul", matrix(rows(layer), nodes), nodes.value(layer.x()))
            .to(nodes.inner(y, "rows"));
    String columns =
        nodes
            .op("Transpose", matrix(columns(layer), nodes))
            .withAll("perm", 1, 0)
            .to(nodes.inner(y, "columns"));
    return nodes.op("MatMul", rows, columns).to(y);
  }

  private static String matrix(double[][] rows, OnnxNodes nodes) {
    double[] values = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    return nodes.numbers(values, rows.length, rows[0].length);
  }

  private static double[][] rows(Interpolate2d layer) {
    return layer
        .mode()
        .matrix((int) layer.x().size(2), Math.toIntExact(layer.height()), layer.rowStep());
  }

  private static double[][] columns(Interpolate2d layer) {
    return layer
        .mode()
        .matrix((int) layer.x().size(3), Math.toIntExact(layer.width()), layer.columnStep());
  }
}
