/** Losses: scalars from tensors, written from primitives whose gradients are right. */
package org.diffusion4j.core.loss;
