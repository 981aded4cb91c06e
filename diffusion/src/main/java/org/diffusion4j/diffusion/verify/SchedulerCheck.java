package org.diffusion4j.diffusion.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.stream.StreamSupport;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.verify.Comparison;
import org.diffusion4j.core.verify.Deviation;
import org.diffusion4j.core.verify.GoldenCase;
import org.diffusion4j.core.verify.JsonFields;
import org.diffusion4j.core.verify.Tolerance;
import org.diffusion4j.diffusion.sample.DiscreteSchedulerConfig;
import org.diffusion4j.diffusion.sample.NoiseSource;
import org.diffusion4j.diffusion.sample.Sampler;
import org.diffusion4j.diffusion.sample.SchedulerConfig;
import org.diffusion4j.diffusion.sample.SchedulerConfigFile;
import org.diffusion4j.diffusion.schedule.NoiseSchedule;

/** One scheduler of diffusers with one config: its tables, a whole run, and noise added to data. */
final class SchedulerCheck {
  private static final Tolerance BETAS = Tolerance.close(0, 1e-5);
  private static final Tolerance ALPHAS_CUMPROD = Tolerance.close(0, 2e-5);
  private static final Tolerance FRACTIONAL_TIMESTEPS = Tolerance.absolute(1e-3);
  private static final Tolerance SIGMAS = Tolerance.close(1e-6, 1e-4);
  private static final Tolerance ADDED_NOISE = Tolerance.relativeFromOne(1e-4);

  private final GoldenCase golden;
  private final JsonFields fields;
  private final Comparison comparison;
  private final SchedulerConfig config;
  private final Sampler sampler;

  SchedulerCheck(GoldenCase golden, Comparison comparison) {
    this.golden = golden;
    this.comparison = comparison;
    fields = golden.fields();
    String className = fields.text("class");
    SavedConfigCheck.requireKnown(className);
    if (!(fields.node("config") instanceof ObjectNode configFields)) {
      throw new InvalidFileException(golden.file().file(), "config must be a JSON object");
    }
    config =
        new SchedulerConfigFile(
                new ConfigFile.Content(golden.file().file(), className, configFields))
            .config();
    sampler =
        new StepArguments(fields.object("set_timesteps"), fields.object("step_kwargs"))
            .sampler(config);
  }

  void run() {
    if (config instanceof DiscreteSchedulerConfig discrete && fields.has("betas")) {
      compareTables(discrete.noiseSchedule());
    }
    boolean whole = fields.text("timesteps_dtype").startsWith("int");
    comparison.compare(
        "timesteps",
        fields.numbers("timesteps"),
        sampler.timesteps(),
        whole ? Tolerance.EXACT : FRACTIONAL_TIMESTEPS);
    if (fields.has("sigmas")) {
      comparison.compare("sigmas", fields.numbers("sigmas"), sampler.sigmas(), SIGMAS);
    }
    comparison.compare(
        "init_noise_sigma", fields.number("init_noise_sigma"), sampler.initNoiseSigma(), SIGMAS);
    compareStart();
    compareSteps();
    if (fields.has("add_noise")) {
      compareAddedNoise(fields.object("add_noise"));
    }
  }

  /** The first sample, and the level below the first timestep where there is one. */
  private void compareStart() {
    double[] noise = fields.numbers("init_noise");
    double[] start = Arrays.stream(noise).map(z -> z * sampler.initNoiseSigma()).toArray();
    comparison.compare("start_sample", fields.numbers("start_sample"), start, SIGMAS);
    JsonNode setAlphaToOne = ConfigFile.fieldsOf(config).path("set_alpha_to_one");
    if (fields.has("final_alpha_cumprod") && setAlphaToOne.isBoolean()) {
      comparison.compare(
          "final_alpha_cumprod",
          fields.number("final_alpha_cumprod"),
          setAlphaToOne.booleanValue() ? 1 : schedule().alphaCumprod(0),
          ALPHAS_CUMPROD);
    }
  }

  private void compareTables(NoiseSchedule schedule) {
    long[] timesteps = fields.integers("beta_index");
    comparison.compare("betas", fields.numbers("betas"), at(timesteps, schedule.betas()), BETAS);
    comparison.compare(
        "alphas_cumprod",
        fields.numbers("alphas_cumprod"),
        at(timesteps, schedule.alphasCumprod()),
        ALPHAS_CUMPROD);
  }

  private static double[] at(long[] indices, float[] table) {
    return Arrays.stream(indices)
        .peek(i -> Require.inRange("beta_index", i, 0, table.length - 1))
        .mapToDouble(i -> table[(int) i])
        .toArray();
  }

  /** The reference's function takes the place of the model; samples go on from our own. */
  private void compareSteps() {
    boolean learnedVariance = fields.flag("learned_variance_model");
    double[] tolerances = fields.numbers("tolerance_per_step");
    double[] timesteps = sampler.timesteps();
    List<JsonFields> steps = fields.objects("steps");
    comparison.compareShapes("steps", new long[] {steps.size()}, new long[] {timesteps.length});
    if (tolerances.length != steps.size()) {
      throw new InvalidFileException(
          golden.file().file(),
          "tolerance_per_step of case " + golden.name() + " must have a number for each of steps");
    }
    float[] sample = floats(fields.numbers("start_sample"));
    for (int i = 0; i < Math.min(steps.size(), timesteps.length); i++) {
      JsonFields step = steps.get(i);
      float[] input = sampler.scaleModelInput(sample, i);
      Tolerance inputTolerance = i == 0 ? SIGMAS : Tolerance.absolute(tolerances[i - 1]);
      compare("model_input of step " + i, step.numbers("model_input"), input, inputTolerance);
      Deque<JsonNode> noise = new ArrayDeque<>();
      step.node("noise").forEach(noise::add);
      float[] output = model(input, step.number("t"), learnedVariance);
      sample = sampler.step(output, i, sample, source(noise));
      compare(
          "prev_sample of step " + i,
          step.numbers("prev_sample"),
          sample,
          Tolerance.absolute(tolerances[i]));
      comparison.compare("noise left at step " + i, 0, noise.size(), Tolerance.EXACT);
    }
  }

  /** The reference's noise; once that is used up, none. */
  private NoiseSource source(Deque<JsonNode> noise) {
    return size -> {
      if (noise.isEmpty()) {
        comparison.add(new Deviation("noise, of which the reference drew less", 1, 0));
        return new float[size];
      }
      return floats(
          StreamSupport.stream(noise.remove().spliterator(), false)
              .mapToDouble(JsonNode::doubleValue)
              .toArray());
    };
  }

  /** 0.5 tanh(x) + 0.1 sin(t / 100); where the variance is learned, 0.5 sin(x) is its half. */
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

  private void compareAddedNoise(JsonFields added) {
    double[] timesteps = added.numbers("timesteps");
    for (int image = 0; image < timesteps.length; image++) {
      double t = timesteps[image];
      float[] x0 = part(added, "original", image, timesteps.length);
      float[] noise = part(added, "noise", image, timesteps.length);
      // A scheduler with sigmas knows the timesteps of its run alone, any other all of the
      // training.
      boolean ofRun = fields.has("sigmas");
      int index = ofRun ? index(t) : Math.toIntExact(Math.round(t));
      compare(
          "add_noise at timestep " + t,
          added,
          "result",
          image,
          ofRun ? sampler.addNoise(x0, noise, index) : schedule().addNoise(x0, noise, index));
      if (added.has("velocity")) {
        // Of its run too, the reference takes the position for the training timestep.
        float[] velocity = schedule().velocity(x0, noise, index);
        compare("velocity at timestep " + t, added, "velocity", image, velocity);
      }
    }
  }

  private NoiseSchedule schedule() {
    if (config instanceof DiscreteSchedulerConfig discrete) {
      return discrete.noiseSchedule();
    }
    throw new InvalidFileException(
        golden.file().file(), "add_noise of case " + golden.name() + " needs sigmas");
  }

  private int index(double timestep) {
    double[] timesteps = sampler.timesteps();
    for (int i = timesteps.length - 1; i >= 0; i--) {
      if (Math.abs(timesteps[i] - timestep) <= FRACTIONAL_TIMESTEPS.of(0, 0)) {
        return i;
      }
    }
    throw new InvalidFileException(
        golden.file().file(),
        "timestep of add_noise of case "
            + golden.name()
            + " (="
            + timestep
            + ") must be one of timesteps");
  }

  private void compare(String what, JsonFields batch, String name, int image, float[] actual) {
    int images = batch.numbers("timesteps").length;
    compare(what, doubles(part(batch, name, image, images)), actual, ADDED_NOISE);
  }

  private void compare(String what, double[] expected, float[] actual, Tolerance tolerance) {
    comparison.compare(what, expected, doubles(actual), tolerance);
  }

  private static float[] part(JsonFields batch, String name, int image, int images) {
    float[] all = floats(batch.numbers(name));
    int size = all.length / images;
    return Arrays.copyOfRange(all, image * size, (image + 1) * size);
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }
}
