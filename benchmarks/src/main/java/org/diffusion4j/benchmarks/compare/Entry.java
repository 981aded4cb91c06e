package org.diffusion4j.benchmarks.compare;

import java.util.Optional;

/**
 * What became of a contender at a work.
 *
 * @param work its label
 * @param contender its label
 * @param threads how many it was to use
 * @param measurement empty if it failed
 * @param failure the reason, if it failed
 */
record Entry(
    String work,
    String contender,
    int threads,
    Optional<Measurement> measurement,
    Optional<String> failure) {

  static Entry measured(Work work, Contender contender, int threads, Measurement measurement) {
    return new Entry(
        work.label(), contender.label(), threads, Optional.of(measurement), Optional.empty());
  }

  static Entry failed(Work work, Contender contender, int threads, String failure) {
    return new Entry(
        work.label(), contender.label(), threads, Optional.empty(), Optional.of(failure));
  }

  /** Whether it takes the place of another. */
  boolean replaces(Entry other) {
    return work.equals(other.work) && contender.equals(other.contender) && threads == other.threads;
  }
}
