package org.diffusion4j.core.execution.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ViewTest {
  private final View plain = View.contiguous(Storage.inArena(840), ElementType.F32, 2, 3, 5, 7);
  private final View image =
      View.strided(
          Storage.inArena(840),
          ElementType.F32,
          new long[] {2, 3, 5, 7},
          View.channelsLastStrides(2, 3, 5, 7));

  @Test
  void pixelsOfAnImageAreASequenceWhereTheyAre() {
    View sequence = image.reshape(2, 3, 35).orElseThrow().permute(0, 2, 1);
    assertArrayEquals(new long[] {2, 35, 3}, sequence.shape());
    assertTrue(sequence.isContiguous());
    View back = sequence.permute(0, 2, 1).reshape(2, 3, 5, 7).orElseThrow();
    assertTrue(back.isChannelsLast());
    assertArrayEquals(image.strides(), back.strides());
  }

  @Test
  void whatMustMoveCannotBeReshaped() {
    assertEquals(Optional.empty(), image.reshape(2, 105));
    assertEquals(Optional.empty(), plain.permute(0, 1, 3, 2).reshape(2, 3, 35));
    assertEquals(Optional.empty(), plain.slice(3, 0, 5).reshape(2, 3, 25));
  }

  @Test
  void axesOfSizeOneComeAndGo() {
    View view = plain.reshape(1, 2, 1, 15, 7, 1).orElseThrow();
    assertTrue(view.isContiguous());
    assertArrayEquals(plain.strides(), view.reshape(2, 3, 5, 7).orElseThrow().strides());
    assertArrayEquals(new long[] {1, 1, 2, 3, 5, 7}, plain.withRank(6).shape());
  }

  @Test
  void partsBeginLaterInTheBlock() {
    View part = plain.slice(1, 1, 3);
    assertEquals(35 * 4, part.byteOffset());
    assertFalse(part.isDense());
    assertArrayEquals(new long[] {70, 35, 7, 1}, part.denseStrides());
    assertTrue(plain.slice(0, 1, 2).isDense());
  }

  @Test
  void axesAreOrderedAsInMemory() {
    assertArrayEquals(new int[] {0, 2, 3, 1}, image.axesInMemory());
    assertTrue(image.isDense());
    assertFalse(image.isContiguous());
    assertTrue(image.permute(0, 2, 3, 1).isContiguous());
  }

  /** oneDNN names a layout by its strides, those of axes of size 1 too. */
  @Test
  void axesOfSizeOneKeepTheirPlaceInMemory() {
    long[] strides = View.channelsLastStrides(1, 3, 5, 7);
    View one =
        View.strided(Storage.inArena(420), ElementType.F32, new long[] {1, 3, 5, 7}, strides);
    assertArrayEquals(new int[] {0, 2, 3, 1}, one.axesInMemory());
    assertArrayEquals(strides, one.denseStrides());
    assertArrayEquals(new long[] {77, 1, 77, 11}, one.denseStrides(1, 11, 1, 7));
  }
}
