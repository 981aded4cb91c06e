package org.diffusion4j.core.testing;

import java.util.List;
import java.util.random.RandomGenerator;

/** What makes a file that nobody should have written of one that is good. */
@FunctionalInterface
public interface Mutation {
  /** Another file; the same for the same state of the generator. */
  byte[] of(byte[] original, RandomGenerator random);

  /** One of several at a time. */
  static Mutation anyOf(Mutation... mutations) {
    List<Mutation> all = List.of(mutations);
    return (original, random) -> all.get(random.nextInt(all.size())).of(original, random);
  }
}
