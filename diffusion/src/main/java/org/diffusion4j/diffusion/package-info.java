/** Diffusion models at work: schedules, samplers, guidance, losses and pipelines. */
package org.diffusion4j.diffusion;
