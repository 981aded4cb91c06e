package org.diffusion4j.diffusion.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.diffusion4j.diffusion.schedule.NoiseLevel;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.SigmaSpacing;
import org.diffusion4j.diffusion.schedule.TimestepChoice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What the solvers that work in lambda accept. */
class SolverArgumentsTest {
  private static final NoiseSource NONE = float[]::new;

  private final DpmSolverMultistepConfig multistep = DpmSolverMultistepConfig.DEFAULTS;
  private final DpmSolverSinglestepConfig singlestep = DpmSolverSinglestepConfig.DEFAULTS;
  private final UniPcConfig uniPc = UniPcConfig.DEFAULTS;
  private final DeisConfig deis = DeisConfig.DEFAULTS;
  private final EdmDpmSolverMultistepConfig edm = EdmDpmSolverMultistepConfig.DEFAULTS;

  @Test
  void timestepsMustNotRepeat() {
    String rule =
        "numInferenceSteps (=1000) must be below 1000, the number of timesteps, or timesteps repeat";
    assertMessage(rule, () -> multistep.sampler(1000));
    assertMessage(rule, () -> singlestep.sampler(1000));
    assertMessage(rule, () -> uniPc.withTimesteps(TimestepChoice.LEADING).sampler(1000));
    assertMessage("numInferenceSteps (=0) must be positive", () -> deis.sampler(0));
    assertEquals(999, multistep.sampler(999).timesteps().length);
    DeisConfig trailing = deis.withTimesteps(TimestepChoice.TRAILING);
    assertEquals(1000, trailing.sampler(1000).timesteps().length);
    assertMessage(
        "numInferenceSteps (=1001) must be at most numTrainTimesteps (=1000)",
        () -> trailing.sampler(1001));
    TimestepChoice leading = TimestepChoice.LEADING.withStepsOffset(1);
    assertEquals(999, uniPc.withTimesteps(leading).sampler(499).timesteps()[0]);
    assertMessage(
        "stepsOffset (=1) must be below 1 with numInferenceSteps 999",
        () -> uniPc.withTimesteps(leading).sampler(999));
  }

  @Test
  void noiseMustFallWithEachStep() {
    double[] timesteps = {7, 5, 3};
    double[] sigmas = {0.5, 0.25, 0.25};
    FlowSigmas flow = FlowSigmas.NONE.withUseFlowSigmas(true);
    assertEquals(0.75, flow.withFlowShift(3).shift(0.5));
    assertMessage(
        "numInferenceSteps (=3) must be so few that the noise falls with each step, but step 1"
            + " goes from sigma 0.25 to 0.25",
        () -> LevelChoice.path(timesteps, sigmas, 0, NoiseLevel::ofRatio));
  }

  @Test
  void aSolverOfTheNoiseCannotTakeAllOfItAway() {
    assertMessage(
        "finalSigmasType (=ZERO) must be SIGMA_MIN for algorithmType DPMSOLVER: a solver in terms"
            + " of the noise cannot take all of it away",
        () ->
            multistep.withSolver(
                DpmSolver.PLUS_PLUS_2M.withAlgorithmType(AlgorithmType.DPMSOLVER)));
    assertMessage(
        "finalSigmasType (=ZERO) must be SIGMA_MIN where predictX0 is false: a solver in terms of"
            + " the noise cannot take all of it away",
        () -> uniPc.withPredictX0(false));
    assertMessage(
        "lowerOrderFinal (=false) must be true for finalSigmasType ZERO: the last step is infinite"
            + " in lambda",
        () -> uniPc.withLowerOrderFinal(false));
  }

  @Test
  void theOrderIsOneToThree() {
    assertMessage(
        "solverOrder (=4) must be from 1 to 3", () -> DpmSolver.PLUS_PLUS_2M.withSolverOrder(4));
    assertMessage("solverOrder (=0) must be from 1 to 3", () -> deis.withSolverOrder(0));
    assertMessage("solverOrder (=0) must be positive", () -> uniPc.withSolverOrder(0));
  }

  @Test
  void typesOfOtherSolversBecomeTheirOwn() {
    DpmSolver solver = new DpmSolver(2, AlgorithmType.DEIS, SolverType.BH2, true);
    assertEquals(DpmSolver.PLUS_PLUS_2M, solver);
    assertEquals(uniPc, uniPc.withSolverType(SolverType.HEUN));
    assertEquals(
        deis,
        deis.with(
            c -> c.algorithmType(AlgorithmType.DPMSOLVER_PLUS_PLUS).solverType(SolverType.BH1)));
    assertMessage(
        "algorithmType (=SDE_DPMSOLVER) must be that of an ODE for DEIS",
        () -> deis.withAlgorithmType(AlgorithmType.SDE_DPMSOLVER));
    assertMessage(
        "algorithmType (=DPMSOLVER) must be in terms of x0 for EDM: DPMSOLVER_PLUS_PLUS or"
            + " SDE_DPMSOLVER_PLUS_PLUS",
        () ->
            edm.with(
                c ->
                    c.finalSigmasType(FinalSigmasType.SIGMA_MIN)
                        .solver(
                            DpmSolver.PLUS_PLUS_2M.withAlgorithmType(AlgorithmType.DPMSOLVER))));
  }

  @Test
  void flowSigmasGoWithAModelOfThem() {
    FlowSigmas flow = FlowSigmas.NONE.withUseFlowSigmas(true);
    assertMessage(
        "predictionType (=FLOW_PREDICTION) must be EPSILON, V_PREDICTION or SAMPLE for this"
            + " sampler",
        () -> multistep.withPredictionType(PredictionType.FLOW_PREDICTION));
    assertMessage(
        "predictionType (=V_PREDICTION) must not be the velocity of samples of unit variance,"
            + " since useFlowSigmas is true",
        () -> uniPc.with(c -> c.flowSigmas(flow).predictionType(PredictionType.V_PREDICTION)));
    assertMessage(
        "useFlowSigmas (=true) must be false, since the sigmas have another spacing",
        () -> singlestep.with(c -> c.flowSigmas(flow).sigmaSpacing(SigmaSpacing.KARRAS)));
    assertMessage(
        "useFlowSigmas (=true) must be false for DEIS, whose last step would leave all of its"
            + " noise",
        () -> deis.withFlowSigmas(flow));
    assertMessage(
        "useDynamicShifting (=true) must be false: shifts that depend on the size of the image"
            + " are not supported",
        () -> flow.withUseDynamicShifting(true));
    assertMessage(
        "flowShift (=0.0) must be positive and finite", () -> FlowSigmas.NONE.withFlowShift(0));
  }

  @Test
  void otherOptionsMustFit() {
    assertMessage(
        "useLuLambdas (=true) must be false, since the sigmas have another spacing",
        () -> multistep.with(c -> c.useLuLambdas(true).sigmaSpacing(SigmaSpacing.BETA)));
    assertMessage(
        "lambdaMinClipped (=NaN) must be finite or minus infinity",
        () -> multistep.withLambdaMinClipped(Double.NaN));
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> multistep.withLambdaMinClipped(7).sampler(2));
    assertTrue(e.getMessage().startsWith("lambdaMinClipped (=7.0) must be at most 4.6"));
    assertMessage(
        "solverP (=DPMSolver) must be null: a predictor of another kind is not supported",
        () -> uniPc.withSolverP(Optional.of("DPMSolver")));
    assertMessage(
        "sigmaMax (=0.1) must be above sigmaMin (=0.2)",
        () -> new SigmaRange(OptionalDouble.of(0.2), OptionalDouble.of(0.1)));
    assertMessage(
        "shiftTerminal (=1.0) must be in (0, 1)",
        () -> uniPc.withShiftTerminal(OptionalDouble.of(1)));
  }

  @Test
  void clippedLambdasShortenATrailingRun() {
    // With 10 steps of 100 timesteps; -4.6 is about the lambda of timestep 957 of 1000.
    DpmSolverMultistepConfig config =
        multistep.with(c -> c.timesteps(TimestepChoice.TRAILING).lambdaMinClipped(-4.6));
    double[] timesteps = config.sampler(10).timesteps();
    assertTrue(timesteps[0] < 960 && timesteps[0] > 940, "first timestep " + timesteps[0]);
    assertEquals(timesteps[0] - 900, timesteps[9]);
  }

  @Test
  void flowSigmasOfUniPcEndWhereTheyAreToldTo() {
    FlowSigmas flow = FlowSigmas.NONE.with(f -> f.useFlowSigmas(true).flowShift(3));
    UniPcConfig config =
        uniPc.with(
            c ->
                c.flowSigmas(flow)
                    .predictionType(PredictionType.FLOW_PREDICTION)
                    .shiftTerminal(OptionalDouble.of(0.2)));
    double[] sigmas = config.sampler(5).sigmas();
    assertEquals(1 - 1e-6, sigmas[0], 1e-12);
    assertEquals(0.2, sigmas[4], 1e-12);
    assertEquals(0, sigmas[5]);
    assertEquals(6, sigmas.length);
  }

  @Test
  void oneEndOfASpacingFitsTheTrainingsOther() {
    UniPcConfig config =
        uniPc.with(
            c ->
                c.sigmaSpacing(SigmaSpacing.KARRAS)
                    .sigmaRange(SigmaRange.TRAINING.withSigmaMax(OptionalDouble.of(0.005))));
    Exception e = assertThrows(IllegalArgumentException.class, () -> config.sampler(3));
    assertTrue(
        e.getMessage().startsWith("sigmaMax (=0.005) must be above sigmaMin (=0.010"),
        e.getMessage());
  }

  @Test
  void aLearnedVarianceHasNoEffect() {
    Sampler sampler =
        multistep.withVarianceType(Optional.of(VarianceType.LEARNED_RANGE)).sampler(3);
    float[] sample = {0.5f, -0.7f};
    assertArrayEquals(
        multistep.sampler(3).step(new float[] {0.2f, 0.3f}, 0, sample, NONE),
        sampler.step(new float[] {0.2f, 0.3f, 5, 7}, 0, sample, NONE));
    assertMessage(
        "length of modelOutput (=2) must be 4", () -> sampler.step(new float[2], 1, sample, NONE));
    assertMessage(
        "length of modelOutput (=3) must be 2",
        () -> edm.sampler(3).step(new float[3], 0, sample, NONE));
  }

  @Test
  void anyStepMayBeTheFirst() {
    float[] sample = {0.5f, -0.7f};
    float[] output = {0.2f, 0.3f};
    for (SchedulerConfig config : List.of(multistep, singlestep, uniPc, deis, edm)) {
      Sampler sampler = config.sampler(5);
      assertEquals(2, sampler.step(output, 3, sample, NONE).length);
      assertMessage("index (=5) must be from 0 to 4", () -> sampler.step(output, 5, sample, NONE));
    }
  }

  private static void assertMessage(String message, Executable executable) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, executable).getMessage());
  }
}
