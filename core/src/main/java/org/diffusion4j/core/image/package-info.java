/**
 * Picture files to and from arrays, resizing as Pillow does it, cropping, and captioned grids.
 *
 * <p>Arrays are FLOAT [n,c,h,w] with pixels in [-1,1]. Nothing here knows data sets or models, and
 * nothing needs a display or a system font.
 */
package org.diffusion4j.core.image;
