package org.diffusion4j.examples.convergence;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.diffusion4j.diffusion.gaussian.GaussianData;
import org.diffusion4j.diffusion.gaussian.GaussianRun;
import org.diffusion4j.diffusion.sample.SchedulerType;
import org.diffusion4j.diffusion.schedule.TimestepChoice;

/**
 * The error of every sampler against the number of its steps, on Gaussian data with a perfect
 * model.
 */
public final class Convergence {
  private static final GaussianData DATA = new GaussianData(0.7, 0.5);

  private Convergence() {}

  /**
   * A sampler's error after some number of steps.
   *
   * @param steps the calls of the model
   * @param error the distance of the samples' distribution from the exact one, in standard
   *     deviations (see {@link GaussianRun#error})
   */
  public record Point(int steps, double error) {}

  /**
   * The errors of all samplers that take noise away.
   *
   * @param steps the numbers of steps to run
   */
  public static Map<SchedulerType, List<Point>> measure(List<Integer> steps) {
    Map<SchedulerType, List<Point>> curves = new LinkedHashMap<>();
    for (SchedulerType type : EnumSet.complementOf(EnumSet.of(SchedulerType.DDIM_INVERSE))) {
      List<Point> points = new ArrayList<>();
      for (int n : steps) {
        GaussianRun run =
            new GaussianRun(DATA, GaussianRun.config(type, TimestepChoice.TRAILING), n);
        points.add(new Point(run.modelCalls(), run.error()));
      }
      curves.put(type, points);
    }
    return curves;
  }
}
