/**
 * The training loop and what it is made of: optimizers, clipping, weight averaging, learning rate,
 * listeners and checkpoints.
 *
 * <p>{@link org.diffusion4j.core.train.Trainer} runs a {@link
 * org.diffusion4j.core.train.TrainingTask} as a {@link org.diffusion4j.core.train.TrainingConfig}
 * says. This package knows parameters by name and gradients from a {@link
 * org.diffusion4j.core.execution.GraphExecutor}; it knows nothing of layers, models or data sets.
 */
package org.diffusion4j.core.train;
