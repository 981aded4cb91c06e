package org.diffusion4j.diffusion.pipeline;

import org.diffusion4j.diffusion.sample.DdimConfig;
import org.diffusion4j.diffusion.sample.DdimSampler;
import org.diffusion4j.diffusion.sample.DdpmConfig;
import org.diffusion4j.diffusion.sample.DdpmSampler;
import org.diffusion4j.diffusion.sample.Sampler;

/** What removes the noise; each works with a model that was trained for any of them. */
public enum SamplerType {
  /** Song et al. 2021; good in a few dozen steps. */
  DDIM {
    @Override
    Sampler create(DdimConfig scheduler, TextToImageRequest request) {
      return new DdimSampler(scheduler, request.steps(), request.eta(), false);
    }
  },

  /** Ho et al. 2020, algorithm 2; adds noise in each step and wants many of them. */
  DDPM {
    @Override
    Sampler create(DdimConfig scheduler, TextToImageRequest request) {
      return new DdpmSampler(DdpmConfig.from(scheduler), request.steps());
    }
  };

  /**
   * A sampler for one image.
   *
   * @throws IllegalArgumentException if the request has more steps than the model was trained on
   */
  abstract Sampler create(DdimConfig scheduler, TextToImageRequest request);
}
