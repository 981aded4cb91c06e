package org.diffusion4j.diffusion.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.diffusion.schedule.BetaSchedule;
import org.diffusion4j.diffusion.schedule.Betas;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.SigmaSpacing;
import org.diffusion4j.diffusion.schedule.TimestepChoice;
import org.diffusion4j.diffusion.verify.SchedulerVerifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Configs as scheduler_config.json. */
class SchedulerConfigFileTest {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  @TempDir Path folder;

  static List<Path> filesThatDiffusersSaved() throws IOException {
    Path saved = new SchedulerVerifier().shipped().resolve("saved_configs");
    try (Stream<Path> folders = Files.list(saved)) {
      return folders.sorted().map(each -> each.resolve("scheduler_config.json")).toList();
    }
  }

  @ParameterizedTest
  @MethodSource("filesThatDiffusersSaved")
  void filesOfDiffusersAreWrittenAsTheyWereRead(Path saved) throws IOException {
    Path written = folder.resolve("scheduler_config.json");
    SchedulerConfigFile.write(written, SchedulerConfigFile.read(saved).config());
    ObjectNode expected = (ObjectNode) JSON.readTree(saved.toFile());
    ObjectNode actual = (ObjectNode) JSON.readTree(written.toFile());
    expected.set("_diffusers_version", actual.get("_diffusers_version"));
    assertEquals(expected, actual);
  }

  @ParameterizedTest
  @EnumSource(SchedulerType.class)
  void defaultsAreReadAgain(SchedulerType type) throws IOException {
    Path file = folder.resolve("scheduler_config.json");
    SchedulerConfigFile.write(file, type.defaults());
    assertEquals(type.defaults(), SchedulerConfigFile.read(file).config());
    assertEquals(type, SchedulerType.of(type.defaults()));
  }

  @ParameterizedTest
  @EnumSource(SchedulerType.class)
  void fieldsLeftOutHaveTheDefaults(SchedulerType type) throws IOException {
    SchedulerConfigFile file = file("{\"_class_name\": \"" + type.className() + "\"}");
    assertEquals(type.defaults(), file.config());
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    EulerConfig config =
        new EulerConfig(
            new Betas(
                2, 0.1, 0.3, BetaSchedule.SQUAREDCOS_CAP_V2, Optional.of(List.of(0.1f, 0.2f))),
            true,
            PredictionType.V_PREDICTION,
            TimestepChoice.TRAILING.withStepsOffset(1),
            InterpolationType.LOG_LINEAR,
            SigmaSpacing.KARRAS,
            new SigmaRange(OptionalDouble.of(0.1), OptionalDouble.of(7)),
            TimestepType.CONTINUOUS,
            FinalSigmasType.SIGMA_MIN);
    Path file = folder.resolve("scheduler_config.json");
    SchedulerConfigFile.write(file, config);
    assertEquals(config, SchedulerConfigFile.read(file).config());
    JsonNode written = JSON.readTree(file.toFile());
    assertEquals("squaredcos_cap_v2", written.get("beta_schedule").textValue());
    assertEquals("v_prediction", written.get("prediction_type").textValue());
    assertEquals("sigma_min", written.get("final_sigmas_type").textValue());
  }

  @Test
  void anotherSchedulerTakesTheFieldsThatItHasToo() throws IOException {
    SchedulerConfigFile ddim =
        file(
            "{\"_class_name\": \"DDIMScheduler\", \"beta_end\": 0.03, \"set_alpha_to_one\": false}");
    assertEquals(
        EulerConfig.DEFAULTS.withBetas(Betas.LINEAR.withBetaEnd(0.03)),
        ddim.config(SchedulerType.EULER));
  }

  @Test
  void badFilesSayWhatIsWrong() throws IOException {
    assertProblem(
        "_class_name (=NoScheduler) must be one of DDPMScheduler, ",
        "{\"_class_name\": \"NoScheduler\"}");
    assertProblem("_class_name (=) must be one of DDPMScheduler, ", "{}");
    assertProblem(
        "field beta_stat is of no known scheduler",
        "{\"_class_name\": \"DDIMScheduler\", \"beta_stat\": 0.1}");
    assertProblem(
        "betaStart (=0.5) must be at most betaEnd (=0.02)",
        "{\"_class_name\": \"DDIMScheduler\", \"beta_start\": 0.5}");
    assertProblem(
        "numTrainTimesteps (=2147483647) must be from 1 to",
        "{\"_class_name\": \"DDPMScheduler\", \"num_train_timesteps\": 2147483647}");
    assertProblem(
        "varianceType must not be null",
        "{\"_class_name\": \"DDPMScheduler\", \"variance_type\": null}");
    assertProblem(
        "useExponentialSigmas (=true) must be false, since useKarrasSigmas is true",
        "{\"_class_name\": \"EulerDiscreteScheduler\", \"use_karras_sigmas\": true,"
            + " \"use_exponential_sigmas\": true}");
    assertProblem(
        "predictionType (=FLOW_PREDICTION) must be EPSILON, V_PREDICTION or SAMPLE",
        "{\"_class_name\": \"DDIMScheduler\", \"prediction_type\": \"flow_prediction\"}");
  }

  private void assertProblem(String problem, String json) throws IOException {
    SchedulerConfigFile file = file(json);
    InvalidFileException e = assertThrows(InvalidFileException.class, file::config);
    assertTrue(e.getMessage().startsWith(file.content().file() + ": " + problem), e.getMessage());
  }

  private SchedulerConfigFile file(String json) throws IOException {
    return SchedulerConfigFile.read(
        Files.writeString(folder.resolve("scheduler_config.json"), json));
  }
}
