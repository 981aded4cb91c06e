package org.diffusion4j.diffusion.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.diffusion.schedule.Betas;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.SigmaSpacing;
import org.diffusion4j.diffusion.schedule.SigmaTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for all schedulers. */
class SchedulerTypeTest {
  static List<SchedulerType> withKarrasSigmas() {
    return Arrays.stream(SchedulerType.values())
        .filter(type -> type.defaults() instanceof DiscreteSchedulerConfig)
        .filter(type -> ConfigFile.fieldsOf(type.defaults()).has("use_karras_sigmas"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("withKarrasSigmas")
  void karrasSigmasEndAtTheLowestOfTheTraining(SchedulerType type) {
    ObjectNode linspaceKarras = ConfigFile.fieldsOf(SigmaSpacing.KARRAS);
    linspaceKarras.put("timestep_spacing", "linspace");
    DiscreteSchedulerConfig config =
        (DiscreteSchedulerConfig) ConfigFile.over(linspaceKarras, type.defaults());
    double[] sigmas = config.sampler(7).sigmas();
    double[] noisy = Arrays.stream(sigmas).filter(sigma -> sigma > 0).toArray();
    SigmaTable table = new SigmaTable(config.noiseSchedule().withFiniteSigmas());
    assertEquals(table.min(), noisy[noisy.length - 1], 1e-9);
    assertEquals(table.max(), noisy[0], 1e-9);
  }

  @ParameterizedTest
  @EnumSource(SchedulerType.class)
  void namesAndConfigsLeadBackToTheType(SchedulerType type) {
    assertEquals(Optional.of(type), SchedulerType.named(type.className()));
    assertEquals(type, SchedulerType.of(type.defaults()));
    assertEquals(type.defaults(), type.from(type.defaults()));
  }

  @Test
  void anotherSchedulerOfTheSameModelKeepsWhatTheyShare() {
    DdimConfig ddim =
        DdimConfig.DEFAULTS.with(
            config ->
                config
                    .betas(Betas.STABLE_DIFFUSION)
                    .predictionType(PredictionType.V_PREDICTION)
                    .setAlphaToOne(false));
    HeunConfig heun = (HeunConfig) SchedulerType.HEUN.from(ddim);
    assertEquals(Betas.STABLE_DIFFUSION, heun.betas());
    assertEquals(PredictionType.V_PREDICTION, heun.predictionType());
    assertEquals(SigmaSpacing.TIMESTEPS, heun.sigmaSpacing());
  }

  @Test
  void valuesThatAnotherSchedulerDoesNotAllowAreNamed() {
    DpmSolverMultistepConfig flow =
        ConfigFile.over(
            ConfigFile.fieldsOf(DpmSolverMultistepConfig.DEFAULTS)
                .put("use_flow_sigmas", true)
                .put("prediction_type", "flow_prediction"),
            DpmSolverMultistepConfig.DEFAULTS);
    Exception e = assertThrows(IllegalArgumentException.class, () -> SchedulerType.DDIM.from(flow));
    assertTrue(
        e.getMessage().startsWith("predictionType (=FLOW_PREDICTION) must be "), e.getMessage());
  }

  @ParameterizedTest
  @EnumSource(SchedulerType.class)
  void stepsMustBePositiveAndNotTooMany(SchedulerType type) {
    for (int steps : new int[] {0, -1, Integer.MIN_VALUE}) {
      Exception e =
          assertThrows(
              IllegalArgumentException.class, () -> type.defaults().sampler(steps), "" + steps);
      assertTrue(e.getMessage().contains("(=" + steps + ")"), e.getMessage());
    }
    if (type.defaults() instanceof DiscreteSchedulerConfig config) {
      Exception e = assertThrows(IllegalArgumentException.class, () -> config.sampler(1001));
      assertTrue(e.getMessage().startsWith("numInferenceSteps (=100"), e.getMessage());
    }
  }
}
