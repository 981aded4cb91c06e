package org.diffusion4j.core.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EpochOrderTest {

  @Test
  void everyEpochHasEachExampleOnceInAnotherOrder() {
    EpochOrder order = new EpochOrder(11, 7);
    int[] all = IntStream.range(0, 11).toArray();
    for (long epoch = 0; epoch < 5; epoch++) {
      assertArrayEquals(all, Arrays.stream(order.epoch(epoch)).sorted().toArray());
    }
    assertFalse(Arrays.equals(order.epoch(0), order.epoch(1)));
    assertFalse(Arrays.equals(order.epoch(0), new EpochOrder(11, 8).epoch(0)));
  }

  @Test
  void batchesAreTheEpochsEndToEnd() {
    EpochOrder order = new EpochOrder(11, 7);
    int[] endToEnd =
        IntStream.range(0, 3).flatMap(epoch -> Arrays.stream(order.epoch(epoch))).toArray();
    // 6 batches of 5 are 30 of the 33 examples of three epochs.
    for (int step = 0; step < 6; step++) {
      assertArrayEquals(Arrays.copyOfRange(endToEnd, step * 5, step * 5 + 5), order.batch(step, 5));
    }
    assertArrayEquals(Arrays.copyOf(endToEnd, 31), order.batch(0, 31));
  }

  @Test
  void aStepTakesTheSameWhateverWasTakenBefore() {
    EpochOrder order = new EpochOrder(13, -3);
    order.batch(2, 5);
    assertArrayEquals(
        new EpochOrder(13, -3).batch(1_000_000_007L, 5), order.batch(1_000_000_007L, 5));
  }

  @Test
  void wrongNumbersAreNamed() {
    EpochOrder order = new EpochOrder(2, 0);
    assertEquals(
        "size (=0) must be positive",
        assertThrows(IllegalArgumentException.class, () -> new EpochOrder(0, 0)).getMessage());
    assertEquals(
        "step (=-1) must not be negative",
        assertThrows(IllegalArgumentException.class, () -> order.batch(-1, 1)).getMessage());
    assertEquals(
        "batchSize (=0) must be positive",
        assertThrows(IllegalArgumentException.class, () -> order.batch(0, 0)).getMessage());
  }
}
