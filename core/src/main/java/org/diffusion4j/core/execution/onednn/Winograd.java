package org.diffusion4j.core.execution.onednn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Size2d;

/**
 * Convolutions with kernels of 3x3 by minimal filtering, with a quarter of the multiplications.
 *
 * <p>Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural Networks", F(4x4, 3x3): a tile
 * of 4x4 outputs is {@code Y = A^T [(G g G^T) * (B^T d B)] A} of the kernel g and the window d of
 * 6x6 inputs, where {@code *} goes element by element and sums over the input channels, so that
 * each of the 36 elements is a product of matrices over all tiles. What is added and multiplied
 * besides are products with matrices of 6 columns. They work on some rows of tiles at a time, whose
 * values stay in the cache.
 *
 * <p>Rounding errors are about ten times those of a plain convolution in float32; the transformed
 * weight takes four times the memory, which pays off where it meets many tiles.
 */
final class Winograd {
  private static final int TILE = WinogradMatrices.TILE;
  private static final int WINDOW = WinogradMatrices.WINDOW;
  private static final int ELEMENTS = WINDOW * WINDOW;

  /** Outputs from which on the transformed weight pays off. */
  private static final long MANY_PIXELS = 4096;

  /** Channels below which the transforms take longer than the products save. */
  private static final long MANY_CHANNELS = 64;

  /** What the elements of some rows of tiles may take, before and after the product. */
  private static final long BUDGET_BYTES = 12L << 20;

  private final PrimitivePlan plan;
  private final View x;
  private final long in;
  private final long out;
  private final long images;
  private final long rows;
  private final long tilesAcross;

  /** Places for the tiles of a row: an even number. */
  private final long places;

  /**
   * Places for all tiles that are worked on at once, and one more: without a gap, oneDNN takes some
   * views for turned matrices and multiplies wrongly.
   */
  private final long most;

  /** That of the images with a column of zeros on both sides, or what every second window takes. */
  private final long paddedWidth;

  private final long imagesAtOnce;
  private final long rowsAtOnce;
  private final Map<Long, View> rowTransforms = new HashMap<>();

  /**
   * A convolution of images.
   *
   * @param x {@code [n, in, h, w]}, channels last; height and width are multiples of 4
   * @param out the channels of the output
   */
  Winograd(PrimitivePlan plan, View x, long out) {
    this.plan = plan;
    this.x = x;
    this.in = x.size(1);
    this.out = out;
    images = x.size(0);
    rows = x.size(2) / TILE;
    tilesAcross = x.size(3) / TILE;
    places = (tilesAcross + 1) / 2 * 2;
    paddedWidth = Math.max(x.size(3) + 2, places * TILE);
    long tiles = BUDGET_BYTES / (ELEMENTS * (in + out) * ElementType.F32.bytes());
    imagesAtOnce = Math.min(images, Math.max(1, tiles / places));
    rowsAtOnce =
        imagesAtOnce < images ? 1 : Math.min(rows, Math.max(1, tiles / places / imagesAtOnce));
    most = rowsAtOnce * imagesAtOnce * places + 1;
  }

  /** Whether a convolution is one of these, and faster so. */
  static boolean suits(Convolution convolution) {
    Size2d one = Size2d.of(1);
    List<Long> y = convolution.y();
    return !convolution.transposed()
        && convolution.type() == ElementType.F32
        && convolution.weight().size() == 4
        && convolution.weight().subList(2, 4).equals(List.of(3L, 3L))
        && convolution.settings().stride().equals(one)
        && convolution.settings().dilation().equals(one)
        && convolution.before().equals(one)
        && convolution.after().equals(one)
        && y.get(2) % TILE == 0
        && y.get(3) % TILE == 0
        && y.get(0) * y.get(2) * y.get(3) >= MANY_PIXELS
        && Math.min(convolution.weight().get(0), convolution.weight().get(1)) >= MANY_CHANNELS;
  }

  /**
   * Adds the convolution.
   *
   * @param weight the {@link WinogradWeight} in a layout
   * @param bias {@code [out]}
   * @param postOps operands are laid out as y is
   * @return {@code [n, out, h, w]}, channels last
   */
  View convolve(
      Function<dnnl_memory_desc, Operand> weight, Optional<View> bias, List<PostOp> postOps) {
    NativeScope scope = plan.scope();
    View y = plan.allocateImage(ElementType.F32, images, out, x.size(2), x.size(3));
    View padded = plan.allocate(ElementType.F32, rowsAtOnce, imagesAtOnce, WINDOW, paddedWidth, in);
    View elements = plan.allocate(ElementType.F32, ELEMENTS, most, in);
    View products = plan.allocate(ElementType.F32, ELEMENTS, most, out);
    View halves = plan.allocate(ElementType.F32, TILE, WINDOW * most * out);
    Copies.clear(plan, padded);
    Primitive product =
        MatMuls.primitive(
            plan,
            elements,
            scope.anyLayout(ElementType.F32, ELEMENTS, in, out),
            Optional.empty(),
            products,
            List.of());
    Operand kernel = weight.apply(product.layout(dnnl.dnnl_query_weights_md));
    boolean joined = canJoin(halves, y, postOps);
    for (long image = 0; image < images; image += imagesAtOnce) {
      long n = Math.min(imagesAtOnce, images - image);
      for (long row = 0; row < rows; row += rowsAtOnce) {
        long count = Math.min(rowsAtOnce, rows - row);
        Strip strip = new Strip(image, n, row, count);
        strip.transform(padded, elements);
        strip.multiply(elements, kernel, products);
        strip.transformBack(products, halves, bias, y, joined ? postOps : List.of());
      }
    }
    return joined ? y : Elementwise.apply(plan, y, postOps);
  }

  /** Whether the last product can do what follows. */
  private boolean canJoin(View halves, View y, List<PostOp> postOps) {
    Strip first = new Strip(0, imagesAtOnce, 0, rowsAtOnce);
    return postOps.isEmpty()
        || !MatMuls.primitive(
                plan,
                WinogradMatrices.output(plan).withRank(5),
                plan.scope().desc(first.tilesOfHalves(halves, 0)),
                Optional.empty(),
                first.tilesOf(y, 0),
                first.ofTiles(postOps, 0))
            .isReference();
  }

  /** Some rows of tiles of some images. */
  private final class Strip {
    private final long image;
    private final long n;
    private final long row;
    private final long count;
    private final long tiles;

    Strip(long image, long n, long row, long count) {
      this.image = image;
      this.n = n;
      this.row = row;
      this.count = count;
      this.tiles = count * n * places;
    }

    /** {@code B^T d B} of each window. */
    void transform(View padded, View elements) {
      View windows = part(padded, count, n, WINDOW, paddedWidth, in);
      View byTile =
          elements.slice(1, 0, tiles).reshape(WINDOW, WINDOW, count, n, places, in).orElseThrow();
      for (int r = 0; r < count; r++) {
        transformRows(row + r, index(windows, 0, r));
        transformColumns(index(windows, 0, r), index(byTile, 2, r));
      }
    }

    /** {@code B^T d}, between columns of zeros; rows outside of the image do not take part. */
    private void transformRows(long tileRow, View to) {
      long first = tileRow * TILE - 1;
      long from = Math.max(0, first);
      long end = Math.min(x.size(2), first + WINDOW);
      View pixels = x.permute(0, 2, 3, 1).slice(0, image, image + n).slice(1, from, end);
      long width = x.size(3) * in;
      MatMuls.multiply(
          plan,
          rowTransform(from - first, end - first),
          pixels.reshape(n, end - from, width).orElseThrow(),
          to.slice(2, 1, x.size(3) + 1).reshape(n, WINDOW, width).orElseThrow());
    }

    /** Windows overlap: even and odd tiles are read by themselves. */
    private void transformColumns(View from, View to) {
      for (long odd = 0; odd < Math.min(2, tilesAcross); odd++) {
        View tilesOfSort = to.slice(3, odd, tilesAcross).everyNth(3, 2);
        MatMuls.multiply(
            plan,
            WinogradMatrices.input(plan).withRank(5),
            from.windows(2, odd * TILE, 2L * TILE, tilesOfSort.size(3), WINDOW),
            tilesOfSort.permute(2, 0, 3, 1, 4));
      }
    }

    /** For each element, the product over the channels of all tiles. */
    void multiply(View elements, Operand kernel, View products) {
      View a = elements.slice(1, 0, tiles);
      View c = products.slice(1, 0, tiles);
      Primitive product =
          MatMuls.primitive(plan, a, kernel.layout(), Optional.empty(), c, List.of());
      MatMuls.multiply(plan, product, a, kernel, Optional.empty(), c, List.of());
    }

    /** {@code A^T m A} of each tile, and what follows. */
    void transformBack(
        View products, View halves, Optional<View> bias, View y, List<PostOp> postOps) {
      View transform = WinogradMatrices.output(plan);
      long width = WINDOW * most * out;
      MatMuls.multiply(plan, transform, products.reshape(WINDOW, width).orElseThrow(), halves);
      Optional<View> wideBias = bias.map(view -> view.withRank(5));
      View a = transform.withRank(5);
      for (int r = 0; r < count; r++) {
        Operand b = plan.scope().operand(tilesOfHalves(halves, r));
        View to = tilesOf(y, r);
        List<PostOp> ofRow = ofTiles(postOps, r);
        Primitive primitive = MatMuls.primitive(plan, a, b.layout(), wideBias, to, ofRow);
        MatMuls.multiply(plan, primitive, a, b, wideBias, to, ofRow);
      }
    }

    /** {@code [4, n, tiles, 6, out]}: the rows of each tile, whose columns are still elements. */
    View tilesOfHalves(View halves, int r) {
      View byTile =
          halves
              .reshape(TILE, WINDOW, most, out)
              .orElseThrow()
              .slice(2, 0, tiles)
              .reshape(TILE, WINDOW, count, n, places, out)
              .orElseThrow();
      return index(byTile, 2, r).slice(3, 0, tilesAcross).permute(0, 2, 3, 1, 4);
    }

    /** {@code [4, n, tiles, 4, out]}: the rows of each tile, the images, the tiles, the columns. */
    View tilesOf(View image4d, long r) {
      View pixels = image4d.permute(0, 2, 3, 1);
      return pixels
          .slice(0, image, image + n)
          .slice(1, (row + r) * TILE, (row + r + 1) * TILE)
          .windows(2, 0, TILE, tilesAcross, TILE)
          .permute(1, 0, 2, 3, 4);
    }

    List<PostOp> ofTiles(List<PostOp> postOps, long r) {
      List<PostOp> ofTiles = new ArrayList<>();
      for (PostOp postOp : postOps) {
        ofTiles.add(
            postOp instanceof PostOp.Binary binary
                ? new PostOp.Binary(binary.algorithm(), tilesOf(binary.operand(), r))
                : postOp);
      }
      return ofTiles;
    }
  }

  /** The beginning of a block as a tensor of its own. */
  private static View part(View block, long... shape) {
    return View.contiguous(block.storage(), block.type(), shape);
  }

  /** One value of an axis, which is dropped. */
  private static View index(View view, int axis, long i) {
    View slice = view.slice(axis, i, i + 1);
    int[] others = new int[view.rank() - 1];
    for (int k = 0; k < others.length; k++) {
      others[k] = k < axis ? k : k + 1;
    }
    return slice.permute(others);
  }

  /**
   * The columns of {@code B^T} for the rows of a window that are in the image, {@code [1, 6, k]}.
   */
  private View rowTransform(long from, long to) {
    return rowTransforms.computeIfAbsent(
        from * WINDOW + to, key -> WinogradMatrices.input(plan, (int) from, (int) to).withRank(3));
  }
}
