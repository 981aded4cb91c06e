/**
 * Whole models: the folder they live in, and what makes images with them.
 *
 * <ul>
 *   <li>the model: ModelFolder with its ModelIndex and the PartFiles of each part
 *   <li>what is asked for: GenerationRequest with its Task; what comes of it: GeneratedImage and,
 *       on the way, GenerationStep
 *   <li>StableDiffusionPipeline, which makes the one of the other
 *   <li>words: TextEncoder, a TextTower for each text model, TextConditions
 *   <li>an image's latents: where they begin (LatentStart, InpaintingStart, LatentImage) and what
 *       their run is held to (LatentRun, KeptRegion); Denoising, the loop over the steps; their
 *       sizes, LatentGeometry
 *   <li>threads: an ImageWorker each, with its LatentDenoiser; ParallelImages
 * </ul>
 *
 * <p>Of what users call, this is the only package that sees autoencoder, U-Net and CLIP together.
 */
package org.diffusion4j.diffusion.pipeline;
