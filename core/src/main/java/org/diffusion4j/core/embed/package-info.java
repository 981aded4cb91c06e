/** Embeddings of the diffusion time. */
package org.diffusion4j.core.embed;
