package org.diffusion4j.diffusion.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.diffusion4j.diffusion.schedule.BetaSchedule;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.TimestepSpacing;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** The configs as JSON, in the names of scheduler_config.json. */
class ConfigJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void defaultsAreThoseThatDiffusersSaves() throws IOException {
    assertDefaults("DDPMScheduler", DdpmConfig.builder().build());
    assertDefaults("DDIMScheduler", DdimConfig.builder().build());
  }

  private static void assertDefaults(String scheduler, Record defaults) throws IOException {
    ObjectNode saved;
    try (InputStream file =
        ConfigJsonTest.class.getResourceAsStream(
            "/golden/scheduler-configs/" + scheduler + ".json")) {
      saved = (ObjectNode) JSON.readTree(file);
    }
    saved.remove(List.of("_class_name", "_diffusers_version"));
    assertEquals(defaults, JSON.treeToValue(saved, defaults.getClass()));
    assertEquals(saved.size(), JSON.valueToTree(defaults).size());
  }

  @Test
  void fieldsLeftOutHaveTheDefaults() throws IOException {
    assertEquals(DdpmConfig.builder().build(), JSON.readValue("{}", DdpmConfig.class));
    assertEquals(
        DdimConfig.builder().build(),
        JSON.readValue("{\"trained_betas\": null}", DdimConfig.class));
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    DdpmConfig ddpm =
        DdpmConfig.builder()
            .numTrainTimesteps(2)
            .betaStart(0.1)
            .betaEnd(0.3)
            .betaSchedule(BetaSchedule.SQUAREDCOS_CAP_V2)
            .trainedBetas(List.of(0.1f, 0.2f))
            .varianceType(VarianceType.FIXED_LARGE)
            .clipSample(false)
            .predictionType(PredictionType.V_PREDICTION)
            .thresholding(true)
            .dynamicThresholdingRatio(0.9)
            .clipSampleRange(2)
            .sampleMaxValue(3)
            .timestepSpacing(TimestepSpacing.TRAILING)
            .stepsOffset(1)
            .rescaleBetasZeroSnr(true)
            .build();
    JsonNode written = JSON.valueToTree(ddpm);
    assertEquals("squaredcos_cap_v2", written.get("beta_schedule").textValue());
    assertEquals("fixed_large", written.get("variance_type").textValue());
    assertEquals("v_prediction", written.get("prediction_type").textValue());
    assertEquals("trailing", written.get("timestep_spacing").textValue());
    assertEquals(15, written.size());
    assertEquals(ddpm, JSON.treeToValue(written, DdpmConfig.class));

    DdimConfig ddim =
        DdimConfig.builder().setAlphaToOne(false).clipSample(false).stepsOffset(1).build();
    assertEquals(ddim, JSON.treeToValue(JSON.valueToTree(ddim), DdimConfig.class));
  }

  @Test
  void hugeOrMissingValuesAreRefused() {
    Exception huge =
        Assertions.assertThrows(
            ValueInstantiationException.class,
            () -> JSON.readValue("{\"num_train_timesteps\": 2147483647}", DdpmConfig.class));
    assertTrue(huge.getMessage().contains("(=2147483647) must be from 1 to"), huge.getMessage());
    Exception missing =
        Assertions.assertThrows(
            ValueInstantiationException.class,
            () -> JSON.readValue("{\"variance_type\": null}", DdpmConfig.class));
    assertTrue(missing.getMessage().contains("varianceType must not be null"));
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    Exception e =
        Assertions.assertThrows(
            ValueInstantiationException.class,
            () -> JSON.readValue("{\"beta_start\": 0.5}", DdimConfig.class));
    assertTrue(
        e.getMessage().contains("betaStart (=0.5) must be at most betaEnd (=0.02)"),
        e.getMessage());
  }
}
