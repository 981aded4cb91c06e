/**
 * Parameters by name, and their safetensors files.
 *
 * <p>{@link org.diffusion4j.core.weights.SafetensorsFile} and {@link
 * org.diffusion4j.core.weights.SafetensorsWriter} know the format alone; {@link
 * org.diffusion4j.core.weights.WeightsFile} is the only place where PyTorch's layout becomes that
 * of memory. Nothing here knows a particular model.
 */
package org.diffusion4j.core.weights;
