package org.diffusion4j.core.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class ResamplingTest {

  @Test
  void numbersAndNamesAreThoseOfPillow() {
    String[] names = {"nearest", "lanczos", "bilinear", "bicubic", "box", "hamming"};
    for (int code = 0; code < names.length; code++) {
      assertEquals(names[code], Resampling.of(code).toString());
      assertEquals(code, Resampling.of(names[code]).code());
    }
    assertSame(Resampling.LANCZOS, Resampling.of("lanczos"));
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NEAREST")
  void kernelsAre1AtTheMiddle(Resampling resampling) {
    assertEquals(1, resampling.kernel(0));
  }

  @Test
  void unknownOnesAreRefused() {
    assertEquals(
        "resample (=6) must be from 0 to 5",
        assertThrows(IllegalArgumentException.class, () -> Resampling.of(6)).getMessage());
    assertEquals(
        "resample (=cubic) must be one of nearest, lanczos, bilinear, bicubic, box, hamming",
        assertThrows(IllegalArgumentException.class, () -> Resampling.of("cubic")).getMessage());
  }
}
