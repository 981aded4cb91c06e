package org.diffusion4j.core.train;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.train.LearningRateSchedule.Shape;

/**
 * Everything that the weights after a given step depend on, apart from the data itself.
 *
 * <p>What may change between two runs of one training is left out: how often checkpoints are
 * written and, where the learning rate does not depend on it, the number of steps.
 */
final class Fingerprint {
  private Fingerprint() {}

  /** Values by field name, in a fixed order. */
  static Map<String, String> of(TrainingConfig config, TrainingTask task) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("seed", config.seed());
    fields.put("batchSize", config.batchSize());
    LearningRateSchedule rate = config.learningRate();
    fields.put("learningRate.shape", rate.shape());
    fields.put("learningRate.peak", rate.peak());
    fields.put("learningRate.warmupSteps", rate.warmupSteps());
    if (rate.shape() == Shape.COSINE) {
      fields.put("learningRate.floor", rate.floor());
      fields.put("steps", config.steps());
    }
    config
        .optimizer()
        .description()
        .forEach((name, value) -> fields.put("optimizer." + name, value));
    fields.put("maxGradientNorm", config.maxGradientNorm());
    fields.put("ema.decay", config.ema().decay());
    fields.put("ema.minDecay", config.ema().minDecay());
    fields.put("ema.updateAfterStep", config.ema().updateAfterStep());
    fields.put("ema.useEmaWarmup", config.ema().useEmaWarmup());
    fields.put("ema.invGamma", config.ema().invGamma());
    fields.put("ema.power", config.ema().power());
    fields.put("loss", task.loss());
    task.description().forEach((name, value) -> fields.put("description." + name, value));
    Map<String, String> fingerprint = new LinkedHashMap<>();
    fields.forEach((name, value) -> fingerprint.put(name, value.toString()));
    return fingerprint;
  }

  /**
   * Refuses to go on with a training under other conditions.
   *
   * @throws IllegalArgumentException if a field differs, naming it and both values
   */
  static void requireSame(Path file, Map<String, String> then, Map<String, String> now) {
    Set<String> names = new LinkedHashSet<>(now.keySet());
    names.addAll(then.keySet());
    for (String name : names) {
      String valueThen = then.getOrDefault(name, "absent");
      String valueNow = now.getOrDefault(name, "absent");
      if (!valueThen.equals(valueNow)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s (=%s) must be %s, as when the training in %s began",
                Texts.quote(name),
                valueNow,
                Texts.quote(valueThen),
                file));
      }
    }
  }
}
