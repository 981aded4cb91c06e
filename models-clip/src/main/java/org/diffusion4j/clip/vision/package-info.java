/** CLIP's vision transformer. */
package org.diffusion4j.clip.vision;
