package org.diffusion4j.core.verify;

/**
 * How far one value is from the reference's.
 *
 * @param what the value, such as {@code grad_x[0, 2]}
 * @param error the difference, 0 or more; infinite if it is not a number or there is no value
 * @param tolerance the largest error allowed, 0 or more; 0 if it is no finite number
 */
public record Deviation(String what, double error, double tolerance) {

  public Deviation {
    error = Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
    tolerance = Double.isFinite(tolerance) ? tolerance : 0;
  }

  /** Whether the error is within the tolerance. */
  public boolean isWithin() {
    return error <= tolerance && Double.isFinite(error);
  }

  /** The error in units of the tolerance; the worst deviation is the one where it is largest. */
  public double ratio() {
    return error == 0 ? 0 : error / tolerance;
  }
}
