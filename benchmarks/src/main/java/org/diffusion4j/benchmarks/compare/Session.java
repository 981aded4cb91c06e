package org.diffusion4j.benchmarks.compare;

/** A contender that has loaded its work and does it again and again. */
interface Session extends AutoCloseable {

  /**
   * Does the work once.
   *
   * @return all values of the output, or in training the loss before the step
   */
  float[] run();

  @Override
  void close();
}
