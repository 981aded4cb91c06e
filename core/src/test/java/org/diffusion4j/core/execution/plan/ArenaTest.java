package org.diffusion4j.core.execution.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArenaTest {
  private static final int SEED = 3;

  @Test
  void blocksOneAfterTheOtherShareTheirPlace() {
    Storage first = block(640, 0, 1);
    Storage second = block(320, 2, 3);
    Arena arena = new Arena(List.of(first, second));
    assertEquals(640, arena.bytes());
    assertEquals(0, arena.offset(first));
    assertEquals(0, arena.offset(second));
  }

  @Test
  void blocksThatAreNeededTogetherDoNotOverlap() {
    Random random = new Random(SEED);
    List<Storage> blocks = new ArrayList<>();
    for (int i = 0; i < 211; i++) {
      int first = random.nextInt(97);
      blocks.add(block(1 + random.nextInt(1999), first, first + random.nextInt(13)));
    }
    Arena arena = new Arena(blocks);
    long sum = 0;
    for (Storage a : blocks) {
      sum += a.bytes();
      assertEquals(0, arena.offset(a) % 64);
      for (Storage b : blocks) {
        boolean together = a.firstStep() <= b.lastStep() && b.firstStep() <= a.lastStep();
        if (a != b && together) {
          assertTrue(
              arena.offset(a) + a.bytes() <= arena.offset(b)
                  || arena.offset(b) + b.bytes() <= arena.offset(a));
        }
      }
    }
    // About 17 of the 211 are needed at a time.
    assertTrue(arena.bytes() < sum / 5, () -> "bytes: " + arena.bytes());
  }

  private static Storage block(long bytes, int firstStep, int lastStep) {
    Storage block = Storage.inArena(bytes);
    block.touch(firstStep);
    block.touch(lastStep);
    return block;
  }
}
