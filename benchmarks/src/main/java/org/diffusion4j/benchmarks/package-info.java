/**
 * JMH benchmarks of the framework's parts; nothing of the framework depends on them.
 *
 * <p>{@code java -jar benchmarks/target/benchmarks.jar} runs them.
 */
package org.diffusion4j.benchmarks;
