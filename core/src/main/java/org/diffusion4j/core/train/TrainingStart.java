package org.diffusion4j.core.train;

/**
 * Where a training begins.
 *
 * @param step the number of steps already done
 * @param steps the number of steps of the whole training
 * @param resumed whether this goes on with an earlier run, even one that left no checkpoint
 * @param parameterCount the number of trained values
 */
public record TrainingStart(long step, long steps, boolean resumed, long parameterCount) {}
