/**
 * Golden data of diffusers' schedulers and of training, computed anew and compared.
 *
 * <p>Verifiers for {@link org.diffusion4j.core.verify}; nothing but tests and commands may depend
 * on this package.
 */
package org.diffusion4j.diffusion.verify;
