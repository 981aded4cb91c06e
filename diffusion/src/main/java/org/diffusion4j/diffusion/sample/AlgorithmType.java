package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which equation a solver in lambda = log(alpha / sigma) solves, and in terms of what. */
public enum AlgorithmType {
  /** The probability flow ODE in terms of the noise (Lu et al. 2022, DPM-Solver). */
  @JsonProperty("dpmsolver")
  DPMSOLVER,

  /** The probability flow ODE in terms of x0 (Lu et al. 2022, DPM-Solver++). */
  @JsonProperty("dpmsolver++")
  DPMSOLVER_PLUS_PLUS,

  /** The reverse SDE in terms of the noise. */
  @JsonProperty("sde-dpmsolver")
  SDE_DPMSOLVER,

  /** The reverse SDE in terms of x0 (Lu et al. 2022, DPM-Solver++, 5). */
  @JsonProperty("sde-dpmsolver++")
  SDE_DPMSOLVER_PLUS_PLUS,

  /** The probability flow ODE in terms of the noise, for DEIS (Zhang and Chen 2023). */
  @JsonProperty("deis")
  DEIS;

  /** Whether the solver is in terms of x0, not of the noise. */
  boolean predictsX0() {
    return this == DPMSOLVER_PLUS_PLUS || this == SDE_DPMSOLVER_PLUS_PLUS;
  }

  /** Whether a step adds noise. */
  boolean isStochastic() {
    return this == SDE_DPMSOLVER || this == SDE_DPMSOLVER_PLUS_PLUS;
  }
}
