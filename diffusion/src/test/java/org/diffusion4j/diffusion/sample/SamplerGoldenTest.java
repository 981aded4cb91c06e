package org.diffusion4j.diffusion.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.diffusion4j.core.config.ConfigFile;
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

  private record Subject(SchedulerConfig config, Sampler sampler) {
    NoiseSchedule schedule() {
      return ((DiscreteSchedulerConfig) config).noiseSchedule();
    }
  }

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
    JsonNode setTimesteps = expected.get("set_timesteps");
    JsonNode arguments = expected.get("step_kwargs");
    int steps = setTimesteps.path("num_inference_steps").intValue();
    SchedulerConfig config =
        new SchedulerConfigFile(
                new ConfigFile.Content(
                    Path.of("golden"),
                    expected.get("class").textValue(),
                    (ObjectNode) expected.get("config")))
            .config();
    return new Subject(config, sampler(config, steps, setTimesteps, arguments));
  }

  private static Sampler sampler(
      SchedulerConfig config, int steps, JsonNode setTimesteps, JsonNode arguments) {
    if (config instanceof DdpmConfig ddpm && setTimesteps.has("timesteps")) {
      int[] timesteps =
          list(setTimesteps.get("timesteps")).stream().mapToInt(JsonNode::intValue).toArray();
      return new DdpmSampler(ddpm, timesteps);
    } else if (config instanceof DdimConfig ddim) {
      boolean useClipped = arguments.path("use_clipped_model_output").booleanValue();
      return new DdimSampler(ddim, steps, arguments.path("eta").doubleValue(), useClipped);
    } else if (config instanceof EulerConfig euler) {
      Churn churn =
          arguments.isEmpty()
              ? Churn.NONE
              : new Churn(
                  arguments.get("s_churn").doubleValue(), arguments.get("s_tmin").doubleValue(),
                  arguments.get("s_tmax").doubleValue(), arguments.get("s_noise").doubleValue());
      return new EulerSampler(euler, steps, churn);
    } else if (config instanceof TcdConfig tcd) {
      return new TcdSampler(tcd, steps, arguments.get("eta").doubleValue());
    }
    return config.sampler(steps);
  }

  private static void tables(JsonNode expected) throws IOException {
    Subject subject = subject(expected);
    assertArrayEquals(doubles(expected.get("timesteps")), subject.sampler.timesteps(), 1e-3);
    if (expected.has("sigmas")) {
      double[] sigmas = doubles(expected.get("sigmas"));
      assertEquals(sigmas.length, subject.sampler.sigmas().length);
      for (int i = 0; i < sigmas.length; i++) {
        assertEquals(sigmas[i], subject.sampler.sigmas()[i], 1e-6 + 1e-4 * sigmas[i], "sigma " + i);
      }
    }
    assertEquals(
        1, subject.sampler.initNoiseSigma() / expected.get("init_noise_sigma").doubleValue(), 1e-4);
    if (!expected.has("betas")) {
      return;
    }
    double[] betas = doubles(expected.get("betas"));
    double[] alphasCumprod = doubles(expected.get("alphas_cumprod"));
    double[] index = doubles(expected.get("beta_index"));
    for (int i = 0; i < index.length; i++) {
      int t = (int) index[i];
      assertEquals(
          betas[i], subject.schedule().betas()[t], BETAS_TOLERANCE * betas[i], "beta " + t);
      assertEquals(
          alphasCumprod[i],
          subject.schedule().alphasCumprod()[t],
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
    Subject subject = subject(expected);
    JsonNode addNoise = expected.path("add_noise");
    double[] timesteps = doubles(addNoise.path("timesteps"));
    for (int image = 0; image < timesteps.length; image++) {
      double t = timesteps[image];
      float[] x0 = part(addNoise.get("original"), image, timesteps.length);
      float[] noise = part(addNoise.get("noise"), image, timesteps.length);
      int index = index(subject.sampler.timesteps(), t);
      boolean ofSigmas = expected.has("sigmas");
      assertClose(
          part(addNoise.get("result"), image, timesteps.length),
          ofSigmas
              ? subject.sampler.addNoise(x0, noise, index)
              : subject.schedule().addNoise(x0, noise, (int) t),
          ADD_NOISE_TOLERANCE,
          "x at " + t);
      if (addNoise.has("velocity")) {
        // Where there are sigmas, the reference takes the position in the run for a timestep.
        assertClose(
            part(addNoise.get("velocity"), image, timesteps.length),
            subject.schedule().velocity(x0, noise, ofSigmas ? index : (int) t),
            ADD_NOISE_TOLERANCE,
            "velocity at " + t);
      }
    }
  }

  private static int index(double[] timesteps, double t) {
    for (int i = timesteps.length - 1; i >= 0; i--) {
      if (Math.abs(timesteps[i] - t) < 1e-3) {
        return i;
      }
    }
    return -1;
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
      double scaled = tolerance * Math.max(1, Math.abs(expected[i]));
      assertEquals(expected[i], actual[i], scaled, name + "[" + i + "]");
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
