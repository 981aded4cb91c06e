package org.diffusion4j.core.execution.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MachineLoadTest {
  private final MachineLoad load = new MachineLoad();

  @Test
  void oneThreadForEachProcessorIsNotTooMuch() {
    for (int look = 0; look < 100; look++) {
      assertFalse(load.isBusyAfter(0));
    }
  }

  @Test
  void aSingleLookAtManyThreadsSaysLittle() {
    assertFalse(load.isBusyAfter(2));
    assertFalse(load.isBusyAfter(-3));
  }

  /** The average is short of one thread more by .8^n: .512 is more than .4, .8^5 = .328 is not. */
  @Test
  void oneThreadTooManyIsSeenAtTheFifthLook() {
    assertEquals(5, looksUntil(true, 1));
  }

  @Test
  void aBusyMachineStaysSoUntilItIsClearlyIdle() {
    looksUntil(true, 1);
    for (int look = 0; look < 100; look++) {
      // On average 0.5 threads too many, more than an idle machine has and fewer than a busy one.
      assertTrue(load.isBusyAfter(look % 2));
    }
    assertEquals(3, looksUntil(false, 0));
    for (int look = 0; look < 100; look++) {
      assertFalse(load.isBusyAfter(look % 2));
    }
  }

  private int looksUntil(boolean busy, int waiting) {
    int looks = 1;
    while (load.isBusyAfter(waiting) != busy) {
      looks++;
    }
    return looks;
  }
}
