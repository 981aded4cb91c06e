/**
 * Whether U-Nets compute what the reference implementations do: verifiers of golden data, which lie
 * beside them in the resources.
 *
 * <p>Each says how to read its model and how to build it with the reference's inputs; what is then
 * compared is in {@link org.diffusion4j.core.verify.model}. Nothing else may depend on this package
 * but tests and commands.
 */
package org.diffusion4j.unet.verify;
