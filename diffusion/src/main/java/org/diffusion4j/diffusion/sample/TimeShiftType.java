package org.diffusion4j.diffusion.sample;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What the number mu of dynamic shifting says. */
public enum TimeShiftType {
  /** The logarithm of the shift. */
  @JsonProperty("exponential")
  EXPONENTIAL {
    @Override
    double shift(double mu) {
      return Math.exp(mu);
    }
  },

  /** The shift itself. */
  @JsonProperty("linear")
  LINEAR {
    @Override
    double shift(double mu) {
      return mu;
    }
  };

  abstract double shift(double mu);
}
