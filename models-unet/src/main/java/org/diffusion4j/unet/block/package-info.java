/** The stages of a U-Net: down, middle and up, with and without attention. */
package org.diffusion4j.unet.block;
