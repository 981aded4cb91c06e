package org.diffusion4j.diffusion.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.diffusion4j.diffusion.schedule.NoiseLevel;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.SigmaSpacing;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How the error of solvers falls on data that are normal, where the ODE has a known solution. */
class SolverConvergenceTest {
  private static final double MEAN = 0.7;
  private static final double DEVIATION = 0.3;
  private static final float[] START = {1.3f, -0.4f};

  @ParameterizedTest
  @CsvSource({
    "DPMSOLVER, MIDPOINT, 1, 1",
    "DPMSOLVER, MIDPOINT, 2, 2",
    "DPMSOLVER, HEUN, 2, 2",
    "DPMSOLVER, HEUN, 3, 2",
    "DPMSOLVER_PLUS_PLUS, MIDPOINT, 1, 1",
    "DPMSOLVER_PLUS_PLUS, MIDPOINT, 2, 2",
    "DPMSOLVER_PLUS_PLUS, HEUN, 2, 2",
    "DPMSOLVER_PLUS_PLUS, HEUN, 3, 2",
  })
  void multistepErrorsFallWithTheOrder(
      AlgorithmType algorithm, SolverType type, int solverOrder, int order) {
    DpmSolverMultistepConfig config =
        DpmSolverMultistepConfig.DEFAULTS.with(
            c ->
                c.sigmaSpacing(SigmaSpacing.EXPONENTIAL)
                    .finalSigmasType(FinalSigmasType.SIGMA_MIN)
                    .solver(new DpmSolver(solverOrder, algorithm, type, false)));
    assertOrder(order, config);
  }

  @ParameterizedTest
  @CsvSource({
    "DPMSOLVER, MIDPOINT, 1, 1",
    "DPMSOLVER, MIDPOINT, 2, 2",
    "DPMSOLVER, HEUN, 2, 2",
    "DPMSOLVER, HEUN, 3, 3",
    "DPMSOLVER_PLUS_PLUS, MIDPOINT, 1, 1",
    "DPMSOLVER_PLUS_PLUS, MIDPOINT, 2, 2",
    "DPMSOLVER_PLUS_PLUS, HEUN, 2, 2",
    "DPMSOLVER_PLUS_PLUS, MIDPOINT, 3, 3",
    "DPMSOLVER_PLUS_PLUS, HEUN, 3, 3",
  })
  void singlestepErrorsFallWithTheOrder(
      AlgorithmType algorithm, SolverType type, int solverOrder, int order) {
    DpmSolverSinglestepConfig config =
        DpmSolverSinglestepConfig.DEFAULTS.with(
            c ->
                c.sigmaSpacing(SigmaSpacing.EXPONENTIAL)
                    .finalSigmasType(FinalSigmasType.SIGMA_MIN)
                    .solver(new DpmSolver(solverOrder, algorithm, type, false)));
    assertOrder(order, config);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 3"})
  void deisErrorsFallWithTheOrder(int solverOrder, int order) {
    DeisConfig config =
        DeisConfig.DEFAULTS.with(
            c ->
                c.sigmaSpacing(SigmaSpacing.EXPONENTIAL)
                    .solverOrder(solverOrder)
                    .lowerOrderFinal(false));
    assertOrder(order, config);
  }

  @ParameterizedTest
  @CsvSource({
    "true, BH1, 1, 2",
    "true, BH2, 1, 2",
    "true, BH2, 2, 3",
    "false, BH2, 2, 3",
    "true, BH2, 3, 3"
  })
  void uniPcErrorsFallWithTheOrder(boolean predictX0, SolverType type, int solverOrder, int order) {
    UniPcConfig config =
        UniPcConfig.DEFAULTS.with(
            c ->
                c.sigmaSpacing(SigmaSpacing.EXPONENTIAL)
                    .finalSigmasType(FinalSigmasType.SIGMA_MIN)
                    .predictX0(predictX0)
                    .solverType(type)
                    .solverOrder(solverOrder)
                    .lowerOrderFinal(false));
    assertOrder(order, config);
  }

  @ParameterizedTest
  @CsvSource({
    "SDE_DPMSOLVER, 1",
    "SDE_DPMSOLVER, 2",
    "SDE_DPMSOLVER, 3",
    "SDE_DPMSOLVER_PLUS_PLUS, 1",
    "SDE_DPMSOLVER_PLUS_PLUS, 2",
    "SDE_DPMSOLVER_PLUS_PLUS, 3",
  })
  void stochasticSolversReachTheData(AlgorithmType algorithm, int solverOrder) {
    DpmSolver solver = new DpmSolver(solverOrder, algorithm, SolverType.HEUN, false);
    SigmaSpacing spacing = SigmaSpacing.EXPONENTIAL;
    FinalSigmasType last = FinalSigmasType.SIGMA_MIN;
    for (SchedulerConfig config :
        List.of(
            DpmSolverMultistepConfig.DEFAULTS.with(
                c -> c.sigmaSpacing(spacing).finalSigmasType(last).solver(solver)),
            DpmSolverSinglestepConfig.DEFAULTS.with(
                c -> c.sigmaSpacing(spacing).finalSigmasType(last).solver(solver)))) {
      Sampler sampler = config.sampler(301);
      NoiseSource noise = noise();
      float[] samples = run(sampler, noise.next(10_007), noise);
      double mean = 0;
      double square = 0;
      for (float x : samples) {
        mean += x / (double) samples.length;
        square += x * (double) x / samples.length;
      }
      // Four standard errors are 0.012; the noise of the first timestep is left.
      assertEquals(MEAN, mean, 0.02);
      assertEquals(DEVIATION, Math.sqrt(square - mean * mean), 0.02);
    }
  }

  static List<SchedulerConfig> flowSolvers() {
    FlowSigmas flow = FlowSigmas.NONE.with(f -> f.useFlowSigmas(true).flowShift(2));
    FinalSigmasType last = FinalSigmasType.SIGMA_MIN;
    PredictionType velocity = PredictionType.FLOW_PREDICTION;
    DpmSolver ofNoise = DpmSolver.PLUS_PLUS_2M.withAlgorithmType(AlgorithmType.DPMSOLVER);
    DpmSolverMultistepConfig multistep =
        DpmSolverMultistepConfig.DEFAULTS.with(
            c -> c.flowSigmas(flow).finalSigmasType(last).predictionType(velocity));
    return List.of(
        multistep,
        multistep.withSolver(ofNoise),
        DpmSolverSinglestepConfig.DEFAULTS.with(
            c -> c.flowSigmas(flow).finalSigmasType(last).predictionType(velocity)),
        UniPcConfig.DEFAULTS.with(
            c -> c.flowSigmas(flow).finalSigmasType(last).predictionType(velocity)));
  }

  @ParameterizedTest
  @MethodSource("flowSolvers")
  void solversOfFlowMatchingFollowTheFlow(SchedulerConfig config) {
    int n = 150;
    Sampler sampler = config.sampler(n);
    double[] sigmas = sampler.sigmas();
    NoiseLevel from = NoiseLevel.ofFlow(sigmas[0]);
    NoiseLevel to = NoiseLevel.ofFlow(sigmas[n]);
    float[] samples = START;
    for (int i = 0; i < n; i++) {
      NoiseLevel level = NoiseLevel.ofFlow(sigmas[i]);
      float[] eps = bestNoise(samples, level);
      float[] v = new float[eps.length];
      for (int k = 0; k < v.length; k++) {
        v[k] = (float) (eps[k] - (samples[k] - level.sigma() * eps[k]) / level.alpha());
      }
      samples = sampler.step(v, i, samples, float[]::new);
    }
    for (int k = 0; k < START.length; k++) {
      assertEquals(solution(START[k], from, to), samples[k], 3e-3);
    }
  }

  /** The exponent of the step size is measured by halving it. */
  private static void assertOrder(int order, SchedulerConfig config) {
    double measured = Math.log(error(config, 49) / error(config, 97)) / Math.log(2);
    assertTrue(
        measured > order - 0.3 && measured < order + 1.1,
        "order is " + measured + ", not " + order);
  }

  private static double error(SchedulerConfig config, int n) {
    Sampler sampler = config.sampler(n);
    double[] sigmas = sampler.sigmas();
    float[] samples = run(sampler, START, float[]::new);
    double error = 0;
    for (int k = 0; k < START.length; k++) {
      NoiseLevel from = NoiseLevel.ofRatio(sigmas[0]);
      double expected = solution(START[k], from, NoiseLevel.ofRatio(sigmas[n]));
      error = Math.max(error, Math.abs(samples[k] - expected));
    }
    return error;
  }

  /** A run with the best prediction of the noise. */
  private static float[] run(Sampler sampler, float[] start, NoiseSource noise) {
    double[] sigmas = sampler.sigmas();
    float[] samples = start;
    for (int i = 0; i < sampler.timesteps().length; i++) {
      NoiseLevel level = NoiseLevel.ofRatio(sigmas[i]);
      samples = sampler.step(bestNoise(samples, level), i, samples, noise);
    }
    return samples;
  }

  private static NoiseSource noise() {
    Random random = new Random(5);
    return size -> {
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] = (float) random.nextGaussian();
      }
      return values;
    };
  }

  /** The expectation of eps, given x = alpha x0 + sigma eps. */
  private static float[] bestNoise(float[] samples, NoiseLevel level) {
    double spread = Math.hypot(level.alpha() * DEVIATION, level.sigma());
    float[] eps = new float[samples.length];
    for (int k = 0; k < eps.length; k++) {
      eps[k] = (float) (level.sigma() * (samples[k] - level.alpha() * MEAN) / (spread * spread));
    }
    return eps;
  }

  /** The ODE moves a sample so that it keeps its place in the distribution. */
  private static double solution(double start, NoiseLevel from, NoiseLevel to) {
    double place =
        (start - from.alpha() * MEAN) / Math.hypot(from.alpha() * DEVIATION, from.sigma());
    return to.alpha() * MEAN + place * Math.hypot(to.alpha() * DEVIATION, to.sigma());
  }
}
