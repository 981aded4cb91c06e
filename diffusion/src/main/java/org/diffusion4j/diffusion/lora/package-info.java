/**
 * Low-rank adapters (LoRA) of whole models: their files in the namings of diffusers, peft and
 * kohya-ss, merged into weights, beside them, and new ones to be trained.
 *
 * <p>{@link org.diffusion4j.diffusion.lora.LoraFile} reads and writes {@link
 * org.diffusion4j.diffusion.lora.Lora}, a {@link org.diffusion4j.diffusion.lora.LoraAdapter} for
 * each {@link org.diffusion4j.diffusion.lora.LoraPart}. Models are seen as the list of their
 * parameters alone; the branches in a graph are {@link org.diffusion4j.core.graph.LowRankUpdate}'s.
 */
package org.diffusion4j.diffusion.lora;
