package org.diffusion4j.diffusion.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.verify.GoldenFile;
import org.diffusion4j.core.verify.JsonFields;
import org.diffusion4j.core.verify.UnsupportedCaseException;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One training of a golden folder.
 *
 * @param file where it comes from
 * @param recipe how it was done
 * @param steps what happened, step by step
 * @param finalNorms the L2 norm of each parameter at the end, by name
 * @param finalWeights the parameters at the end of which there are tensors, by name
 * @param averages the averages at the end of which there are tensors, by name of the parameter
 */
record GoldenTraining(
    GoldenFile file,
    TrainingRecipe recipe,
    List<Step> steps,
    Map<String, Double> finalNorms,
    Map<String, INDArray> finalWeights,
    Map<String, INDArray> averages) {
  private static final String FINAL = "final.";
  private static final String AVERAGE = "ema.";

  /** Images have channels, height and width. */
  private static final int RANK = 4;

  /**
   * One step.
   *
   * @param x0 the images, {@code [n, c, h, w]}
   * @param noise {@code [n, c, h, w]}
   * @param timesteps {@code [n]}
   * @param noisy the noised images, {@code [n, c, h, w]}
   * @param pred what the network gave for them before the step's update
   * @param loss before the update
   * @param gradientNorm before clipping
   * @param emaDecay the part of the average that was kept
   * @param snrWeights of the images' errors, {@code [n]}; empty where they count alike
   */
  record Step(
      String name,
      INDArray x0,
      INDArray noise,
      List<Integer> timesteps,
      INDArray noisy,
      INDArray pred,
      double loss,
      double gradientNorm,
      double emaDecay,
      List<Double> snrWeights) {}

  /**
   * Reads a training.
   *
   * @throws InvalidFileException if the file is malformed
   * @throws UnsupportedCaseException if it says of the training what nothing here takes account of
   */
  static GoldenTraining read(GoldenFile file) {
    TrainingRecipe recipe = TrainingRecipe.read(file);
    List<String> unread = new ArrayList<>(file.names());
    List<Step> steps = new ArrayList<>();
    for (JsonFields fields : file.fields().objects("steps")) {
      Reader reader = new Reader(file, "step" + steps.size() + ".", unread);
      steps.add(reader.step(fields, recipe));
      if (!Arrays.equals(steps.get(0).x0().shape(), steps.get(steps.size() - 1).x0().shape())) {
        throw new InvalidFileException(file.file(), "all steps must have images of one shape");
      }
    }
    if (steps.isEmpty()) {
      throw new InvalidFileException(file.file(), "steps must not be empty");
    }
    JsonFields norms = file.fields().object("final_param_norms");
    Map<String, Double> finalNorms = new LinkedHashMap<>();
    norms.names().forEach(name -> finalNorms.put(name, norms.number(name)));
    GoldenTraining training =
        new GoldenTraining(
            file,
            recipe,
            List.copyOf(steps),
            finalNorms,
            withPrefix(file, FINAL, unread),
            withPrefix(file, AVERAGE, unread));
    if (!unread.isEmpty() || !file.fields().unread().isEmpty()) {
      throw new UnsupportedCaseException(
          "no training with " + Texts.quote(file.fields().unread() + " and tensors " + unread));
    }
    return training;
  }

  private static Map<String, INDArray> withPrefix(
      GoldenFile file, String prefix, List<String> unread) {
    Map<String, INDArray> tensors = new LinkedHashMap<>();
    for (String name : file.names()) {
      if (name.startsWith(prefix)) {
        tensors.put(name.substring(prefix.length()), file.tensor(name));
        unread.remove(name);
      }
    }
    return tensors;
  }

  /** The shape of a step's images. */
  long[] imageShape() {
    return steps.get(0).x0().shape();
  }

  /** Reads the tensors of one step. */
  private record Reader(GoldenFile file, String prefix, List<String> unread) {
    Step step(JsonFields fields, TrainingRecipe recipe) {
      long[] shape = file.shape(prefix + "x0");
      require(shape.length == RANK && shape[0] > 0, "x0", "must be of shape [n, c, h, w]");
      Step step =
          new Step(
              prefix.substring(0, prefix.length() - 1),
              floats("x0", shape),
              floats("noise", shape),
              timesteps(shape[0], recipe.loss().schedule().numTrainTimesteps()),
              floats("noisy", shape),
              tensor("pred"),
              fields.number("loss"),
              fields.number("grad_norm_before_clipping"),
              fields.number("ema_decay"),
              snrWeights(fields));
      require(
          !step.snrWeights().isEmpty() == recipe.isWeighted(),
          "snr_weights",
          "must be there if, and only if, there is min_snr_gamma");
      if (!fields.unread().isEmpty()) {
        throw new UnsupportedCaseException("no training step with " + fields.unread());
      }
      return step;
    }

    private static List<Double> snrWeights(JsonFields fields) {
      return fields.has("snr_weights")
          ? Arrays.stream(fields.numbers("snr_weights")).boxed().toList()
          : List.of();
    }

    private List<Integer> timesteps(long n, int numTrainTimesteps) {
      INDArray tensor = tensor("timesteps");
      require(Arrays.equals(tensor.shape(), new long[] {n}), "timesteps", "must be as many as x0");
      List<Integer> timesteps = new ArrayList<>();
      for (long t : tensor.toLongVector()) {
        require(
            t >= 0 && t < numTrainTimesteps,
            "timesteps",
            "(=" + t + ") must be at least 0 and below " + numTrainTimesteps);
        timesteps.add((int) t);
      }
      return timesteps;
    }

    private INDArray floats(String name, long[] shape) {
      require(Arrays.equals(file.shape(prefix + name), shape), name, "must have the shape of x0");
      return tensor(name);
    }

    private INDArray tensor(String name) {
      unread.remove(prefix + name);
      return file.tensor(prefix + name);
    }

    private void require(boolean holds, String name, String rule) {
      if (!holds) {
        throw new InvalidFileException(file.file(), prefix + name + " " + rule);
      }
    }
  }
}
