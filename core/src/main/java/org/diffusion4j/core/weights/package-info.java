/** Parameters by name, and their safetensors files. */
package org.diffusion4j.core.weights;
