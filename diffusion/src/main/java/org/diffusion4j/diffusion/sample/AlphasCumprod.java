package org.diffusion4j.diffusion.sample;

import org.diffusion4j.diffusion.schedule.NoiseLevel;
import org.diffusion4j.diffusion.schedule.NoiseSchedule;

/**
 * alphaCumprod at the training timesteps and, for steps that lead below the first, beyond them.
 *
 * @param schedule the forward process
 * @param setAlphaToOne whether it is 1 below timestep 0, not what it is there
 */
record AlphasCumprod(NoiseSchedule schedule, boolean setAlphaToOne) {

  /** alphaCumprod at a timestep, which may be negative. */
  double at(int timestep) {
    if (timestep >= 0) {
      return schedule.alphaCumprod(timestep);
    }
    return setAlphaToOne ? 1 : schedule.alphaCumprod(0);
  }

  NoiseLevel level(int timestep) {
    return NoiseLevel.ofAlphaCumprod(at(timestep));
  }
}
