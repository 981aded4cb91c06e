/**
 * Losses, one a class, written from primitives whose gradients are right.
 *
 * <p>They take tensors and, where it is a choice, what becomes of the losses of single elements: a
 * {@link org.diffusion4j.core.loss.Reduction}. Numbers such as the delta of {@link
 * org.diffusion4j.core.loss.HuberLoss} make a record.
 */
package org.diffusion4j.core.loss;
