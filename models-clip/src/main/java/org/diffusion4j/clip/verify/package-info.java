/**
 * Whether CLIP computes what the reference implementations do: verifiers of golden data, which lie
 * beside them in the resources.
 *
 * <p>Those of models say how to read one and how to build it with the reference's inputs; what is
 * then compared is in {@link org.diffusion4j.core.verify.model}. Nothing else may depend on this
 * package but tests and commands.
 */
package org.diffusion4j.clip.verify;
