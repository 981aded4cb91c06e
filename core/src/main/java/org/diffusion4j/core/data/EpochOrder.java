package org.diffusion4j.core.data;

import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.random.Generator;

/**
 * Which examples each training step takes.
 *
 * <p>Every epoch is a new permutation of the examples. A batch that reaches past the end of an
 * epoch goes on with the next one. What a step takes depends on the arguments alone, so a run that
 * resumes at a step takes what the run without a break would have taken.
 *
 * @param size the number of examples
 * @param seed the seed of every permutation
 */
public record EpochOrder(int size, long seed) {

  public EpochOrder {
    Require.positive("size", size);
  }

  /**
   * The examples of one step.
   *
   * @param step from 0 on
   * @param batchSize the number of examples of every step
   */
  public int[] batch(long step, int batchSize) {
    Require.notNegative("step", step);
    Require.positive("batchSize", batchSize);
    int[] batch = new int[batchSize];
    long first = Math.multiplyExact(step, (long) batchSize);
    int taken = 0;
    while (taken < batchSize) {
      long epoch = (first + taken) / size;
      int position = (int) ((first + taken) % size);
      int count = Math.min(batchSize - taken, size - position);
      System.arraycopy(epoch(epoch), position, batch, taken, count);
      taken += count;
    }
    return batch;
  }

  /** The examples of one epoch, each once. */
  public int[] epoch(long epoch) {
    return new Generator(Generator.derive(seed, epoch)).randperm(size);
  }
}
