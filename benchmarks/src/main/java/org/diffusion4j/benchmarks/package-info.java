/**
 * Benchmarks of the framework's parts; nothing of the framework depends on them.
 *
 * <p>{@code java -jar benchmarks/target/benchmarks.jar} runs those of JMH, with {@code large-model}
 * before the arguments the one of a model of gigabytes, which JMH's repetitions would not suit, and
 * with {@code compare} the framework beside PyTorch.
 */
package org.diffusion4j.benchmarks;
