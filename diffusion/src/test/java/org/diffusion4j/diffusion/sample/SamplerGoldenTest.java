package org.diffusion4j.diffusion.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.diffusion4j.diffusion.schedule.NoiseSchedule;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Tables and trajectories of diffusers' schedulers, with an analytic function for the model. */
class SamplerGoldenTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double BETAS_TOLERANCE = 1e-5;
  private static final double ALPHAS_CUMPROD_TOLERANCE = 2e-5;
  private static final double ADD_NOISE_TOLERANCE = 1e-4;

  /** A sampler with what its config says of the forward process. */
  private record Subject(Sampler sampler, NoiseSchedule schedule) {}

  @TestFactory
  Stream<DynamicContainer> samplersFollowDiffusers() throws IOException, URISyntaxException {
    Path folder = Path.of(SamplerGoldenTest.class.getResource("/golden/schedulers").toURI());
    List<Path> files;
    try (Stream<Path> listing = Files.list(folder)) {
      files = listing.sorted().toList();
    }
    List<DynamicContainer> containers = new ArrayList<>();
    for (Path file : files) {
      containers.add(
          DynamicContainer.dynamicContainer(
              file.getFileName().toString(),
              list(JSON.readTree(file.toFile()).get("cases")).stream()
                  .map(SamplerGoldenTest::tests)));
    }
    return containers.stream();
  }

  private static DynamicContainer tests(JsonNode expected) {
    return DynamicContainer.dynamicContainer(
        expected.get("name").textValue(),
        Stream.of(
            DynamicTest.dynamicTest("tables", () -> tables(expected)),
            DynamicTest.dynamicTest("trajectory", () -> trajectory(expected)),
            DynamicTest.dynamicTest("addNoise", () -> addNoise(expected))));
  }

  private static Subject subject(JsonNode expected) throws IOException {
    JsonNode config = expected.get("config");
    JsonNode setTimesteps = expected.get("set_timesteps");
    JsonNode stepArguments = expected.get("step_kwargs");
    int steps = setTimesteps.path("num_inference_steps").intValue();
    String name = expected.get("class").textValue();
    return switch (name) {
      case "DDPMScheduler" -> {
        DdpmConfig ddpm = JSON.treeToValue(config, DdpmConfig.class);
        Sampler sampler =
            setTimesteps.has("timesteps")
                ? new DdpmSampler(
                    ddpm,
                    list(setTimesteps.get("timesteps")).stream()
                        .mapToInt(JsonNode::intValue)
                        .toArray())
                : new DdpmSampler(ddpm, steps);
        yield new Subject(sampler, ddpm.noiseSchedule());
      }
      case "DDIMScheduler" -> {
        DdimConfig ddim = JSON.treeToValue(config, DdimConfig.class);
        Sampler sampler =
            new DdimSampler(
                ddim,
                steps,
                stepArguments.path("eta").doubleValue(),
                stepArguments.path("use_clipped_model_output").booleanValue());
        yield new Subject(sampler, ddim.noiseSchedule());
      }
      default -> throw new IllegalArgumentException("no sampler for " + name);
    };
  }

  private static void tables(JsonNode expected) throws IOException {
    Subject subject = subject(expected);
    assertArrayEquals(doubles(expected.get("timesteps")), subject.sampler.timesteps());
    assertEquals(
        expected.get("init_noise_sigma").doubleValue(), subject.sampler.initNoiseSigma(), 1e-4);
    double[] betas = doubles(expected.get("betas"));
    double[] alphasCumprod = doubles(expected.get("alphas_cumprod"));
    double[] index = doubles(expected.get("beta_index"));
    for (int i = 0; i < index.length; i++) {
      int t = (int) index[i];
      assertEquals(betas[i], subject.schedule.betas()[t], BETAS_TOLERANCE * betas[i], "beta " + t);
      assertEquals(
          alphasCumprod[i],
          subject.schedule.alphasCumprod()[t],
          ALPHAS_CUMPROD_TOLERANCE * alphasCumprod[i],
          "alphaCumprod " + t);
    }
  }

  private static void trajectory(JsonNode expected) throws IOException {
    Sampler sampler = subject(expected).sampler;
    boolean learnedVariance = expected.get("learned_variance_model").booleanValue();
    double[] tolerances = doubles(expected.get("tolerance_per_step"));
    float[] sample = floats(expected.get("start_sample"));
    List<JsonNode> steps = list(expected.get("steps"));
    assertEquals(sampler.timesteps().length, steps.size());
    for (int i = 0; i < steps.size(); i++) {
      JsonNode step = steps.get(i);
      double tolerance = tolerances[i];
      float[] input = sampler.scaleModelInput(sample, i);
      double inputTolerance = i == 0 ? 1e-6 : tolerances[i - 1];
      assertClose(floats(step.get("model_input")), input, inputTolerance, "model input " + i);

      List<JsonNode> noises = new ArrayList<>(list(step.get("noise")));
      NoiseSource noise =
          size -> {
            float[] next = floats(noises.remove(0));
            assertEquals(size, next.length);
            return next;
          };
      float[] output = model(input, sampler.timesteps()[i], learnedVariance);
      sample = sampler.step(output, i, sample, noise);
      assertClose(floats(step.get("prev_sample")), sample, tolerance, "sample " + i);
      assertTrue(noises.isEmpty(), "noise left at step " + i);
    }
  }

  private static void addNoise(JsonNode expected) throws IOException {
    NoiseSchedule schedule = subject(expected).schedule;
    JsonNode addNoise = expected.get("add_noise");
    double[] timesteps = doubles(addNoise.get("timesteps"));
    for (int image = 0; image < timesteps.length; image++) {
      int t = (int) timesteps[image];
      float[] x0 = part(addNoise.get("original"), image, timesteps.length);
      float[] noise = part(addNoise.get("noise"), image, timesteps.length);
      assertClose(
          part(addNoise.get("result"), image, timesteps.length),
          schedule.addNoise(x0, noise, t),
          ADD_NOISE_TOLERANCE,
          "x at " + t);
      if (addNoise.has("velocity")) {
        assertClose(
            part(addNoise.get("velocity"), image, timesteps.length),
            schedule.velocity(x0, noise, t),
            ADD_NOISE_TOLERANCE,
            "velocity at " + t);
      }
    }
  }

  /** 0.5 tanh(x) + 0.1 sin(t / 100), then 0.5 sin(x) where the variance is learned. */
  private static float[] model(float[] x, double t, boolean learnedVariance) {
    int n = x.length;
    float[] output = new float[learnedVariance ? 2 * n : n];
    for (int i = 0; i < n; i++) {
      output[i] = (float) (0.5 * Math.tanh(x[i]) + 0.1 * Math.sin(t / 100));
      if (learnedVariance) {
        output[n + i] = (float) (0.5 * Math.sin(x[i]));
      }
    }
    return output;
  }

  private static void assertClose(float[] expected, float[] actual, double tolerance, String name) {
    assertEquals(expected.length, actual.length, name);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], tolerance, name + "[" + i + "]");
    }
  }

  private static float[] part(JsonNode batch, int image, int images) {
    float[] all = floats(batch);
    int size = all.length / images;
    return java.util.Arrays.copyOfRange(all, image * size, (image + 1) * size);
  }

  private static double[] doubles(JsonNode array) {
    return list(array).stream().mapToDouble(JsonNode::doubleValue).toArray();
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    IntStream.range(0, values.length).forEach(i -> values[i] = array.get(i).floatValue());
    return values;
  }

  private static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }
}
