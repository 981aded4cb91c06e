package org.diffusion4j.diffusion.verify;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.train.AdamW;
import org.diffusion4j.core.train.EmaDecay;
import org.diffusion4j.core.train.LearningRateSchedule;
import org.diffusion4j.core.train.TrainingConfig;
import org.diffusion4j.core.verify.GoldenFile;
import org.diffusion4j.core.verify.JsonFields;
import org.diffusion4j.core.verify.UnsupportedCaseException;
import org.diffusion4j.diffusion.loss.DiffusionLoss;
import org.diffusion4j.diffusion.loss.LossWeighting;
import org.diffusion4j.diffusion.sample.DdpmConfig;

/**
 * How a golden training was done.
 *
 * @param loss what was made small
 * @param learningRate of every step
 * @param optimizer the numbers of AdamW
 * @param maxGradientNorm what gradients were clipped to; infinite for no clipping
 * @param ema the decay of the averaged weights
 */
record TrainingRecipe(
    DiffusionLoss loss,
    double learningRate,
    AdamW.Config optimizer,
    double maxGradientNorm,
    EmaDecay ema) {
  /** The trainer draws nothing by itself: all that is random comes from the files. */
  private static final long NO_SEED = 0;

  /**
   * Reads the fields that say how it was done.
   *
   * @throws InvalidFileException if one is missing or out of its range
   * @throws UnsupportedCaseException if it was done in a way that is unknown here
   */
  static TrainingRecipe read(GoldenFile file) {
    JsonFields fields = file.fields();
    try {
      return new TrainingRecipe(
          loss(file, fields),
          fields.object("hyper").number("lr"),
          optimizer(fields),
          fields.has("max_grad_norm") ? fields.number("max_grad_norm") : Double.POSITIVE_INFINITY,
          ema(fields.object("ema")));
    } catch (IllegalArgumentException e) {
      throw new InvalidFileException(file.file(), e.getMessage(), e);
    }
  }

  private static DiffusionLoss loss(GoldenFile file, JsonFields fields) {
    if (!(fields.node("scheduler_config") instanceof ObjectNode node)) {
      throw new InvalidFileException(file.file(), "scheduler_config must be a JSON object");
    }
    DdpmConfig scheduler =
        new ConfigFile.Content(file.file(), "DDPMScheduler", node)
            .strictlyOver(DdpmConfig.DEFAULTS);
    String configured = ConfigFile.fieldsOf(scheduler).path("prediction_type").asText();
    if (!fields.text("prediction_type").equals(configured)) {
      throw new InvalidFileException(
          file.file(), "prediction_type must be that of scheduler_config (=" + configured + ")");
    }
    LossWeighting weighting =
        fields.has("min_snr_gamma")
            ? new LossWeighting.MinSnr(fields.number("min_snr_gamma"))
            : LossWeighting.UNIFORM;
    return new DiffusionLoss(scheduler.noiseSchedule(), scheduler.predictionType(), weighting);
  }

  private static AdamW.Config optimizer(JsonFields fields) {
    if (!fields.text("optimizer").equals("AdamW")) {
      throw new UnsupportedCaseException("no training but with the optimizer AdamW");
    }
    JsonFields hyper = fields.object("hyper");
    hyper.has("lr");
    double[] betas = hyper.numbers("betas");
    if (betas.length != 2) {
      throw new IllegalArgumentException("number of betas (=" + betas.length + ") must be 2");
    }
    AdamW.Config config =
        new AdamW.Config(betas[0], betas[1], hyper.number("eps"), hyper.number("weight_decay"));
    requireAllRead("optimizer", hyper.unread());
    return config;
  }

  private static EmaDecay ema(JsonFields fields) {
    EmaDecay ema =
        new EmaDecay(
            fields.number("decay"),
            fields.number("min_decay"),
            fields.integer("update_after_step"),
            fields.flag("use_ema_warmup"),
            fields.number("inv_gamma"),
            fields.number("power"));
    requireAllRead("average of weights", fields.unread());
    return ema;
  }

  private static void requireAllRead(String what, Set<String> unread) {
    if (!unread.isEmpty()) {
      throw new UnsupportedCaseException("no " + what + " that takes " + unread);
    }
  }

  /** Whether the errors of images count by their timesteps. */
  boolean isWeighted() {
    return !loss.weighting().equals(LossWeighting.UNIFORM);
  }

  /** The config of the trainer. */
  TrainingConfig config(int steps, int batchSize) {
    return new TrainingConfig(
        steps,
        batchSize,
        NO_SEED,
        LearningRateSchedule.constant(learningRate),
        optimizer,
        maxGradientNorm,
        ema,
        steps);
  }
}
