package org.diffusion4j.core.execution.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.Storage;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.ConvSettings;
import org.diffusion4j.core.graph.Size2d;
import org.junit.jupiter.api.Test;

class WinogradTest {
  private static final ConvSettings PLAIN = ConvSettings.DEFAULT.withPadding(1);
  private static final Size2d ONE = Size2d.of(1);

  @Test
  void itSuitsLargePlainConvolutions() {
    assertTrue(suits(ElementType.F32, 1, 64, 64, 64, 3, PLAIN));
    assertTrue(suits(ElementType.F32, 8, 64, 20, 28, 3, PLAIN));
  }

  @Test
  void itDoesNotSuitOthers() {
    assertFalse(suits(ElementType.BF16, 1, 64, 64, 64, 3, PLAIN), "bfloat16");
    assertFalse(suits(ElementType.F32, 1, 64, 64, 62, 3, PLAIN), "an odd tile");
    assertFalse(suits(ElementType.F32, 1, 64, 60, 64, 3, PLAIN), "few pixels");
    assertFalse(suits(ElementType.F32, 1, 48, 64, 64, 3, PLAIN), "few channels");
    assertFalse(suits(ElementType.F32, 1, 64, 64, 64, 5, PLAIN), "another kernel");
    assertFalse(suits(ElementType.F32, 1, 64, 64, 64, 3, PLAIN.withStride(2)), "a stride");
    assertFalse(suits(ElementType.F32, 1, 64, 64, 64, 3, PLAIN.withDilation(2)), "a dilation");
  }

  private static boolean suits(
      ElementType type,
      long n,
      long channels,
      long height,
      long width,
      long kernel,
      ConvSettings settings) {
    List<Long> image = List.of(n, channels, height, width);
    return Winograd.suits(
        new Convolution(
            false,
            type,
            image,
            image,
            List.of(channels, channels, kernel, kernel),
            settings,
            ONE,
            ONE));
  }

  @Test
  void anotherWeightIsAnotherPacking() {
    View weight = View.contiguous(Storage.ofCaller(0), ElementType.F32, 3, 3, 64, 80);
    assertEquals(new WinogradWeight(true).key(weight), new WinogradWeight(true).key(weight));
    assertNotEquals(new WinogradWeight(true).key(weight), new WinogradWeight(false).key(weight));
  }
}
