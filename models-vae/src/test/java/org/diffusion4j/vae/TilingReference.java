package org.diffusion4j.vae;

import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Tiling by its definition, pixel by pixel. */
final class TilingReference {
  /** What the model makes of each tile. */
  private final INDArray[][] tiles;

  /** How many pixels a tile shares with the next. */
  private final long overlap;

  private TilingReference(INDArray[][] tiles, long overlap) {
    this.tiles = tiles;
    this.overlap = overlap;
  }

  /**
   * As {@link Tiling#apply}.
   *
   * @param size of a tile in latents
   * @param stride in latents
   */
  static INDArray tiled(
      INDArray input,
      int size,
      int stride,
      int inputScale,
      int outputScale,
      UnaryOperator<INDArray> model) {
    long step = (long) stride * inputScale;
    long tileSize = (long) size * inputScale;
    int rows = (int) Math.ceil((double) input.size(2) / step);
    int columns = (int) Math.ceil((double) input.size(3) / step);
    INDArray[][] tiles = new INDArray[rows][columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        INDArray tile =
            input
                .get(
                    NDArrayIndex.all(),
                    NDArrayIndex.all(),
                    NDArrayIndex.interval(i * step, Math.min(i * step + tileSize, input.size(2))),
                    NDArrayIndex.interval(j * step, Math.min(j * step + tileSize, input.size(3))))
                .dup('c');
        tiles[i][j] = model.apply(tile);
      }
    }
    TilingReference reference = new TilingReference(tiles, (size - stride) * (long) outputScale);
    long height = input.size(2) / inputScale * outputScale;
    long width = input.size(3) / inputScale * outputScale;
    INDArray result = Nd4j.create(input.size(0), tiles[0][0].size(1), height, width);
    int outputStep = stride * outputScale;
    for (int n = 0; n < result.size(0); n++) {
      for (int c = 0; c < result.size(1); c++) {
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            double value =
                reference.blended(
                    y / outputStep, x / outputStep, n, c, y % outputStep, x % outputStep);
            result.putScalar(new int[] {n, c, y, x}, value);
          }
        }
      }
    }
    return result;
  }

  /** Pixel y, x of tile i, j. */
  private double blended(int i, int j, int n, int c, long y, long x) {
    INDArray tile = tiles[i][j];
    double value = tile.getDouble(n, c, y, x);
    if (i > 0) {
      long height = tiles[i - 1][j].size(2);
      double shared = Math.min(overlap, Math.min(height, tile.size(2)));
      if (y < shared) {
        double above = blended(i - 1, j, n, c, height - (long) shared + y, x);
        value = above * (1 - y / shared) + value * y / shared;
      }
    }
    if (j > 0) {
      long width = tiles[i][j - 1].size(3);
      double shared = Math.min(overlap, Math.min(width, tile.size(3)));
      if (x < shared) {
        double left = blended(i, j - 1, n, c, y, width - (long) shared + x);
        value = left * (1 - x / shared) + value * x / shared;
      }
    }
    return value;
  }
}
