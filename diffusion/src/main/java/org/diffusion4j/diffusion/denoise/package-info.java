/** Networks as samplers see them: one image's values and a time in, a prediction out. */
package org.diffusion4j.diffusion.denoise;
