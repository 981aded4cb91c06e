package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which member of its family a solver is. */
public enum SolverType {
  /** DPM-Solver: the output in the middle of the step stands for the step. */
  @JsonProperty("midpoint")
  MIDPOINT,

  /** DPM-Solver: the line through the outputs is integrated exactly. */
  @JsonProperty("heun")
  HEUN,

  /** DEIS: a polynomial in log(sigma / alpha) is integrated exactly. */
  @JsonProperty("logrho")
  LOGRHO,

  /** UniPC with B(h) = h. */
  @JsonProperty("bh1")
  BH1,

  /** UniPC with B(h) = e^h - 1. */
  @JsonProperty("bh2")
  BH2
}
