/**
 * Golden data of what takes several models' packages: verifiers and the data that ship.
 *
 * <p>See {@link org.diffusion4j.core.verify} for how to add a kind. Nothing of the framework but
 * tests and commands may depend on this package.
 */
package org.diffusion4j.diffusion.verify;
