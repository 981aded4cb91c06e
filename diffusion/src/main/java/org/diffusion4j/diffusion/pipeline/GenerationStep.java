package org.diffusion4j.diffusion.pipeline;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One call of the U-Net for one image, and what became of it.
 *
 * @param image the index of the image, from 0
 * @param step from 1
 * @param timestep the time that the U-Net was told
 * @param modelInput what it was given, {@code [1, inChannels, h, w]}
 * @param modelOutput its predictions, {@code [n, outChannels, h, w]}: of the negative prompt and
 *     the prompt, or without guidance of the prompt alone
 * @param latents the latents after the step, {@code [1, c, h, w]}, for {@link
 *     StableDiffusionPipeline#decode}
 */
public record GenerationStep(
    int image,
    int step,
    double timestep,
    INDArray modelInput,
    INDArray modelOutput,
    INDArray latents) {}
