/**
 * The commands {@code compare} and {@code compare-one}: the framework beside its peers.
 *
 * <p>A {@link org.diffusion4j.benchmarks.compare.Work} is what is done, a {@link
 * org.diffusion4j.benchmarks.compare.Contender} is who does it, an {@link
 * org.diffusion4j.benchmarks.compare.Engine} in a precision: one more of either is one more
 * constant. Each pair runs in a process of its own, on weights from one file and inputs from one
 * seed, and the values that come out are compared too. Nothing but measuring belongs here.
 */
package org.diffusion4j.benchmarks.compare;
