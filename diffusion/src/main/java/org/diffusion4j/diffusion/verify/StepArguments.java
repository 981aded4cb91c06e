package org.diffusion4j.diffusion.verify;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.diffusion4j.core.verify.JsonFields;
import org.diffusion4j.core.verify.UnsupportedCaseException;
import org.diffusion4j.diffusion.sample.Churn;
import org.diffusion4j.diffusion.sample.DdimConfig;
import org.diffusion4j.diffusion.sample.DdimSampler;
import org.diffusion4j.diffusion.sample.DdpmConfig;
import org.diffusion4j.diffusion.sample.DdpmSampler;
import org.diffusion4j.diffusion.sample.EulerConfig;
import org.diffusion4j.diffusion.sample.EulerSampler;
import org.diffusion4j.diffusion.sample.LmsConfig;
import org.diffusion4j.diffusion.sample.LmsSampler;
import org.diffusion4j.diffusion.sample.Sampler;
import org.diffusion4j.diffusion.sample.SchedulerConfig;

/**
 * The sampler that the arguments of a scheduler's methods ask for: here it takes them when it is
 * made.
 *
 * @param setTimesteps those of {@code set_timesteps}
 * @param step those of {@code step}
 */
record StepArguments(JsonFields setTimesteps, JsonFields step) {

  /**
   * A new run.
   *
   * @throws UnsupportedCaseException if the sampler does not have one of the arguments
   */
  Sampler sampler(SchedulerConfig config) {
    Sampler sampler = make(config);
    String unknown =
        setTimesteps.unread().stream().collect(Collectors.joining(", "))
            + step.unread().stream().collect(Collectors.joining(", "));
    if (!unknown.isEmpty()) {
      throw new UnsupportedCaseException("no argument " + unknown);
    }
    return sampler;
  }

  private Sampler make(SchedulerConfig config) {
    if (config instanceof DdpmConfig ddpm && setTimesteps.has("timesteps")) {
      long[] timesteps = setTimesteps.integers("timesteps");
      return new DdpmSampler(ddpm, Arrays.stream(timesteps).mapToInt(Math::toIntExact).toArray());
    }
    int steps = setTimesteps.integer("num_inference_steps");
    if (config instanceof DdimConfig ddim) {
      boolean useClippedModelOutput =
          step.has("use_clipped_model_output") && step.flag("use_clipped_model_output");
      return new DdimSampler(ddim, steps, number("eta", 0), useClippedModelOutput);
    } else if (config instanceof EulerConfig euler) {
      return new EulerSampler(euler, steps, churn());
    } else if (config instanceof LmsConfig lms && step.has("order")) {
      return new LmsSampler(lms, steps, step.integer("order"));
    }
    return config.sampler(steps);
  }

  private Churn churn() {
    return new Churn(
        number("s_churn", Churn.NONE.sChurn()),
        number("s_tmin", Churn.NONE.sTmin()),
        number("s_tmax", Churn.NONE.sTmax()),
        number("s_noise", Churn.NONE.sNoise()));
  }

  private double number(String name, double absent) {
    return step.has(name) ? step.number(name) : absent;
  }
}
