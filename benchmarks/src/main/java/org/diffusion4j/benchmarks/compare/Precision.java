package org.diffusion4j.benchmarks.compare;

/** What a contender multiplies in. */
enum Precision {
  F32,
  BF16
}
