/**
 * Golden data of samplers, of training and of image processing, computed anew and compared.
 *
 * <p>See {@link org.diffusion4j.core.verify} for how to add a kind. Nothing of the framework but
 * tests and commands may depend on this package.
 */
package org.diffusion4j.diffusion.verify;
