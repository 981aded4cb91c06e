package org.diffusion4j.diffusion.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.testing.VerifierTests;
import org.diffusion4j.core.verify.CaseResult;
import org.diffusion4j.core.verify.CaseResult.Outcome;
import org.diffusion4j.core.weights.SafetensorsFile;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingVerifierTest {
  /** The golden training with both weights of timesteps and an average. */
  private static final String CASE = "v-minsnr";

  @TestFactory
  Stream<DynamicTest> trainingsAreThoseOfTheReference() throws IOException {
    return VerifierTests.shippedCases(new TrainingVerifier(), Set.of());
  }

  @ParameterizedTest
  @CsvSource({
    "'\"loss\": 0.191', '\"loss\": 0.192', step3 loss",
    "'\"lr\": 0.001', '\"lr\": 0.0011', step4",
    "'\"min_snr_gamma\": 5.0', '\"min_snr_gamma\": 0.5', snr_weights",
    "'\"power\": 0.75', '\"power\": 0.76', ema_decay",
    "'\"final_param_norms\": {\n  \"conv_in.weight\": 2.59', '\"final_param_norms\": {\n  \"conv_in.weight\": 2.6',"
        + " final_param_norms conv_in.weight"
  })
  void aChangedNumberFails(String number, String other, String where) throws IOException {
    Path folder = new TrainingVerifier().shipped();
    replace(folder.resolve(CASE + ".json"), number, other);
    CaseResult result = run(folder);
    assertEquals(Outcome.FAILED, result.outcome(), result::toString);
    assertTrue(result.worst().orElseThrow().what().contains(where), result::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"step0.x0", "step3.pred", "final.conv_in.weight", "ema.conv_out.bias"})
  void aChangedValueOfATensorFails(String tensor) throws IOException {
    Path folder = new TrainingVerifier().shipped();
    overwrite(folder.resolve(CASE + ".safetensors"), tensor, 3f);
    assertEquals(Outcome.FAILED, run(folder).outcome());
  }

  @Test
  void anotherStartOfTheModelFails() throws IOException {
    Path folder = new TrainingVerifier().shipped();
    Path weights = folder.resolve("model").resolve("diffusion_pytorch_model.safetensors");
    overwrite(weights, "mid_block.attentions.0.to_q.weight", 3f);
    assertEquals(Outcome.FAILED, run(folder).outcome());
  }

  @ParameterizedTest
  @CsvSource({
    "'\"AdamW\"', '\"SGD\"', no training but with the optimizer AdamW",
    "'\"update_after_step\": 0', '\"update_after_step\": 0, \"foreach\": true',"
        + " no average of weights that takes [foreach]",
    "'\"final_param_norms\"', '\"dropout\": 1, \"final_param_norms\"', no training with [dropout]"
  })
  void whatNothingHereTakesAccountOfIsSkipped(String text, String other, String reason)
      throws IOException {
    Path folder = new TrainingVerifier().shipped();
    replace(folder.resolve(CASE + ".json"), text, other);
    CaseResult result = run(folder);
    assertEquals(Outcome.SKIPPED, result.outcome(), result::toString);
    assertTrue(result.reason().contains(reason), result::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"decay\": 0.95', '\"decay\": 1.95', decay (=1.95) must be",
    "'\"beta_start\": 0.0001', '\"beta_start\": -1', betaStart",
    "'\"prediction_type\": \"v_prediction\",\n \"min', '\"prediction_type\": \"epsilon\",\n \"min',"
        + " prediction_type must be that of scheduler_config",
    "'conv_in.bias', 'conv_in.bias2', final_param_norms must name the parameters of the model"
  })
  void malformedFilesAreNamed(String text, String other, String problem) throws IOException {
    Path folder = new TrainingVerifier().shipped();
    replace(folder.resolve(CASE + ".json"), text, other);
    var error = assertThrows(InvalidFileException.class, () -> run(folder));
    assertTrue(error.getMessage().contains(CASE + ".json"), error.getMessage());
    assertTrue(error.getMessage().contains(problem), error.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "'\"layers_per_block\": 1', '\"layers_per_block\": 200', layers_per_block (=200)",
    "'\"in_channels\": 1', '\"in_channels\": 60000', in_channels (=60000)",
    "'\"out_channels\": 1', '\"out_channels\": 60000', out_channels (=60000)",
    "'    16', '    10000', 'block_out_channels (=[8, 10000])'"
  })
  void modelsLargerThanTheirWeightsAreRefused(String text, String other, String problem)
      throws IOException {
    Path folder = new TrainingVerifier().shipped();
    replace(folder.resolve("model").resolve("config.json"), text, other);
    var error = assertThrows(InvalidFileException.class, () -> run(folder));
    String rule = " must be that of diffusion_pytorch_model.safetensors";
    assertTrue(error.getMessage().endsWith(problem + rule), error.getMessage());
  }

  @Test
  void timestepsAreThoseOfTheSchedule() throws IOException {
    Path folder = new TrainingVerifier().shipped();
    replace(
        folder.resolve(CASE + ".json"),
        "\"num_train_timesteps\": 1000",
        "\"num_train_timesteps\": 7");
    var error = assertThrows(InvalidFileException.class, () -> run(folder));
    assertTrue(error.getMessage().contains("must be at least 0 and below 7"), error.getMessage());
  }

  private static void replace(Path file, String text, String other) throws IOException {
    String json = Files.readString(file);
    assertTrue(json.contains(text), text);
    Files.writeString(file, json.replace(text, other));
  }

  private static CaseResult run(Path folder) throws IOException {
    Execution execution = Execution.auto().withExecutor("samediff");
    return new TrainingVerifier()
        .cases(folder).stream()
            .filter(golden -> golden.name().equals(CASE))
            .findFirst()
            .orElseThrow()
            .run("training", execution);
  }

  /** Changes the first value of a tensor. */
  private static void overwrite(Path file, String tensor, float value) throws IOException {
    long begin;
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      begin = tensors.info(tensor).begin();
    }
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      byte[] length = new byte[Long.BYTES];
      bytes.readFully(length);
      long header = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong();
      bytes.seek(Long.BYTES + header + begin);
      bytes.write(
          ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
    }
  }
}
