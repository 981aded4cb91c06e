package org.diffusion4j.core.execution.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The arena against a naive planner, which marks who has each cache line at each step. */
class ArenaTest {
  private static final int GRAPHS = 1000;
  private static final int LINE = 64;

  /** What the arena may take above the most that is needed at a time, over all graphs. */
  private static final double MEAN_WASTE = 0.06;

  /** The same of a single graph. */
  private static final double MOST_WASTE = 0.3;

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
  void noMemoryIsNeededForNoBlocks() {
    assertEquals(0, new Arena(List.of()).bytes());
  }

  @Test
  void noTwoLiveValuesOfRandomGraphsHaveTheSameBytes() {
    double waste = 0;
    for (int seed = 0; seed < GRAPHS; seed++) {
      List<Storage> blocks = randomGraph(new Random(seed));
      Arena arena = new Arena(blocks);
      requireDisjoint(seed, arena, blocks);
      long least = mostAtATime(blocks);
      assertTrue(arena.bytes() >= least, "graph " + seed + " needs more than " + arena.bytes());
      double more = (double) arena.bytes() / least - 1;
      assertTrue(more <= MOST_WASTE, "graph " + seed + " takes " + more + " more than it needs");
      waste += more / GRAPHS;
    }
    double mean = waste;
    assertTrue(mean <= MEAN_WASTE, () -> "mean waste: " + mean);
  }

  /**
   * The values of a graph of random layers, each of which reads up to three earlier values, often
   * the last one, and has scratch memory of its own now and then.
   */
  private static List<Storage> randomGraph(Random random) {
    List<Storage> values = new ArrayList<>();
    List<Storage> blocks = new ArrayList<>();
    int layers = 2 + random.nextInt(97);
    for (int step = 0; step < layers; step++) {
      for (int input = random.nextInt(4); input > 0 && !values.isEmpty(); input--) {
        boolean last = random.nextBoolean();
        values.get(last ? values.size() - 1 : random.nextInt(values.size())).touch(step);
      }
      Storage value = block(randomBytes(random), step, step);
      values.add(value);
      blocks.add(value);
      if (random.nextInt(5) == 0) {
        blocks.add(block(randomBytes(random), step, step));
      }
    }
    return blocks;
  }

  /** Sizes of every magnitude, the few of one number too, and equal ones. */
  private static long randomBytes(Random random) {
    return random.nextInt(3) == 0 ? 4096L * (1 + random.nextInt(3)) : 4 + random.nextInt(19_997);
  }

  /** Marks what is whose, step by step, and fails where two blocks want one line at a time. */
  private static void requireDisjoint(int seed, Arena arena, List<Storage> blocks) {
    for (int step = 0; step <= lastStep(blocks); step++) {
      BitSet taken = new BitSet();
      for (Storage block : blocks) {
        if (block.firstStep() > step || step > block.lastStep()) {
          continue;
        }
        long begin = arena.offset(block);
        assertEquals(0, begin % LINE, "a block of graph " + seed + " begins within a line");
        assertTrue(begin >= 0 && begin + block.bytes() <= arena.bytes());
        int from = Math.toIntExact(begin / LINE);
        int to = Math.toIntExact((begin + block.bytes() + LINE - 1) / LINE);
        int first = taken.nextSetBit(from);
        assertTrue(
            first < 0 || first >= to,
            String.format("at step %d of graph %d, two blocks have line %d", step, seed, first));
        taken.set(from, to);
      }
    }
  }

  /** No planner can do with less than what is live at some step, in whole lines. */
  private static long mostAtATime(List<Storage> blocks) {
    TreeMap<Integer, Long> changes = new TreeMap<>();
    for (Storage block : blocks) {
      long lines = (block.bytes() + LINE - 1) / LINE * LINE;
      changes.merge(block.firstStep(), lines, Long::sum);
      changes.merge(block.lastStep() + 1, -lines, Long::sum);
    }
    long live = 0;
    long most = 0;
    for (long change : changes.values()) {
      live += change;
      most = Math.max(most, live);
    }
    return most;
  }

  private static int lastStep(List<Storage> blocks) {
    return blocks.stream().mapToInt(Storage::lastStep).max().orElseThrow();
  }

  private static Storage block(long bytes, int firstStep, int lastStep) {
    Storage block = Storage.inArena(bytes);
    block.touch(firstStep);
    block.touch(lastStep);
    return block;
  }
}
