package org.diffusion4j.diffusion.pipeline;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One image that was made.
 *
 * @param image {@code [1, c, h, w]}, about in [-1,1]
 * @param latents what it was decoded from, {@code [1, c', h', w']}, scaled as the U-Net sees them
 */
public record GeneratedImage(INDArray image, INDArray latents) {}
