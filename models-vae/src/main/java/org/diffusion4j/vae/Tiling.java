package org.diffusion4j.vae;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.diffusion4j.core.check.Require;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Tiles that overlap, which go through a model each for itself and are blended into one another.
 *
 * <p>With a the tile above (or to the left) and b the tile below (or to the right), both with m
 * rows (or columns) in common, row y of them becomes
 *
 * <pre>
 * a_y (1 - y / m) + b_y y / m
 * </pre>
 *
 * <p>first from top to bottom, then from left to right, as in diffusers' {@code
 * AutoencoderKL.tiled_decode}.
 *
 * @param size the side of a tile in latents
 * @param stride from one tile to the next, in latents
 */
record Tiling(long size, long stride) {
  private static final int HEIGHT = 2;
  private static final int WIDTH = 3;

  Tiling {
    Require.positive("size", size);
    Require.inRange("stride", stride, 1, size);
  }

  /**
   * Tiles of which each shares a part with the next.
   *
   * @param overlapFactor the part, from 0 to below 1
   */
  static Tiling overlapping(long size, double overlapFactor) {
    return new Tiling(size, Math.max(1, (long) (size * (1 - overlapFactor))));
  }

  /** Whether one tile holds it all. */
  boolean holds(long height, long width) {
    return height <= size && width <= size;
  }

  /**
   * What a model makes of an array, tile by tile.
   *
   * @param input {@code [n, c, h * inputScale, w * inputScale]}, where h and w count latents
   * @param model from {@code [m, c, y * inputScale, x * inputScale]} to {@code [m, c', y *
   *     outputScale, x * outputScale]} for tiles of y by x latents, each row for itself
   * @return {@code [n, c', h * outputScale, w * outputScale]}
   */
  INDArray apply(INDArray input, long inputScale, long outputScale, UnaryOperator<INDArray> model) {
    INDArray[][] tiles = cut(input, inputScale);
    run(tiles, model);
    blend(tiles, (size - stride) * outputScale);
    return join(tiles, stride * outputScale);
  }

  private INDArray[][] cut(INDArray input, long scale) {
    return parts(input.dup('c'), HEIGHT, scale)
        .map(row -> parts(row, WIDTH, scale).toArray(INDArray[]::new))
        .toArray(INDArray[][]::new);
  }

  private Stream<INDArray> parts(INDArray input, int axis, long scale) {
    long length = input.size(axis);
    return LongStream.iterate(0, start -> start < length, start -> start + stride * scale)
        .mapToObj(start -> copy(input, axis, start, Math.min(length, start + size * scale)));
  }

  /** Replaces each tile with what the model makes of it; tiles of one shape go through together. */
  private static void run(INDArray[][] tiles, UnaryOperator<INDArray> model) {
    record Place(int row, int column) {}
    Map<List<Long>, List<Place>> places = new LinkedHashMap<>();
    for (int row = 0; row < tiles.length; row++) {
      for (int column = 0; column < tiles[row].length; column++) {
        INDArray tile = tiles[row][column];
        places
            .computeIfAbsent(
                List.of(tile.size(HEIGHT), tile.size(WIDTH)), shape -> new ArrayList<>())
            .add(new Place(row, column));
      }
    }
    for (List<Place> ofOneShape : places.values()) {
      INDArray inputs =
          Nd4j.concat(
              0,
              ofOneShape.stream()
                  .map(place -> tiles[place.row()][place.column()])
                  .toArray(INDArray[]::new));
      INDArray outputs = model.apply(inputs);
      long n = inputs.size(0) / ofOneShape.size();
      for (int i = 0; i < ofOneShape.size(); i++) {
        Place place = ofOneShape.get(i);
        tiles[place.row()][place.column()] = copy(outputs, 0, i * n, (i + 1) * n);
      }
    }
  }

  private static void blend(INDArray[][] tiles, long overlap) {
    for (int row = 0; row < tiles.length; row++) {
      for (int column = 0; column < tiles[row].length; column++) {
        if (row > 0) {
          blend(tiles[row - 1][column], tiles[row][column], HEIGHT, overlap);
        }
        if (column > 0) {
          blend(tiles[row][column - 1], tiles[row][column], WIDTH, overlap);
        }
      }
    }
  }

  /** Changes the first rows or columns of a tile in place. */
  private static void blend(INDArray before, INDArray tile, int axis, long overlap) {
    int extent = Math.toIntExact(Math.min(overlap, Math.min(before.size(axis), tile.size(axis))));
    if (extent == 0) {
      return;
    }
    float[] ofBefore = new float[extent];
    float[] ofTile = new float[extent];
    for (int i = 0; i < extent; i++) {
      double part = (double) i / extent;
      ofBefore[i] = (float) (1 - part);
      ofTile[i] = (float) part;
    }
    long[] shape = {1, 1, 1, 1};
    shape[axis] = extent;
    INDArray last = view(before, axis, before.size(axis) - extent, before.size(axis));
    INDArray first = view(tile, axis, 0, extent);
    first.assign(
        last.mul(Nd4j.createFromArray(ofBefore).reshape(shape))
            .addi(first.mul(Nd4j.createFromArray(ofTile).reshape(shape))));
  }

  /** Each tile up to where the next one begins. */
  private static INDArray join(INDArray[][] tiles, long stride) {
    INDArray[] rows = new INDArray[tiles.length];
    for (int row = 0; row < rows.length; row++) {
      INDArray[] parts = new INDArray[tiles[row].length];
      for (int column = 0; column < parts.length; column++) {
        INDArray tile = tiles[row][column];
        long height = Math.min(stride, tile.size(HEIGHT));
        long width = Math.min(stride, tile.size(WIDTH));
        parts[column] = copy(copy(tile, HEIGHT, 0, height), WIDTH, 0, width);
      }
      rows[row] = Nd4j.concat(WIDTH, parts);
    }
    return Nd4j.concat(HEIGHT, rows);
  }

  private static INDArray copy(INDArray array, int axis, long from, long to) {
    return view(array, axis, from, to).dup('c');
  }

  /** For arrays that are no views themselves: ND4J takes some parts of views for empty. */
  private static INDArray view(INDArray array, int axis, long from, long to) {
    INDArrayIndex[] indices = new INDArrayIndex[array.rank()];
    Arrays.fill(indices, NDArrayIndex.all());
    indices[axis] = NDArrayIndex.interval(from, to);
    return array.get(indices);
  }
}
