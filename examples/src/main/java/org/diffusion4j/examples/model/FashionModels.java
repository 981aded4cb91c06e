package org.diffusion4j.examples.model;

import java.util.List;
import org.diffusion4j.clip.ClipConfig;
import org.diffusion4j.clip.encoder.HiddenAct;
import org.diffusion4j.clip.text.ClipTextConfig;
import org.diffusion4j.clip.vision.ClipVisionConfig;
import org.diffusion4j.core.config.SampleSize;
import org.diffusion4j.diffusion.sample.Clipping;
import org.diffusion4j.diffusion.sample.DdimConfig;
import org.diffusion4j.diffusion.schedule.BetaSchedule;
import org.diffusion4j.diffusion.schedule.Betas;
import org.diffusion4j.diffusion.schedule.PredictionType;
import org.diffusion4j.diffusion.schedule.TimestepChoice;
import org.diffusion4j.unet.DownBlockType;
import org.diffusion4j.unet.UNet2DConditionConfig;
import org.diffusion4j.vae.AutoencoderKLConfig;

/** Configurations that train in minutes on two cores, for grey pictures of 32x32 pixels. */
public final class FashionModels {
  /** Height and width of the pictures. */
  public static final int IMAGE_SIZE = 32;

  private static final int TEXT_FEATURES = 64;

  /** The features that texts and pictures share. */
  private static final int PROJECTION = 64;

  private static final int LATENT_CHANNELS = 4;

  /** The vocabulary of CLIP's tokenizer. */
  private static final int VOCABULARY = 49_408;

  private FashionModels() {}

  /** From [1,32,32] pixels to [4,8,8] latents and back. */
  public static AutoencoderKLConfig vae() {
    return new AutoencoderKLConfig(1, 1, List.of(16, 32, 64), 1, LATENT_CHANNELS, 8, true, 1);
  }

  /** A text transformer of 16 tokens and a vision transformer of 64 patches. */
  public static ClipConfig clip() {
    return new ClipConfig(
        new ClipTextConfig(
            VOCABULARY,
            TEXT_FEATURES,
            4 * TEXT_FEATURES,
            2,
            4,
            16,
            1e-5,
            HiddenAct.QUICK_GELU,
            VOCABULARY - 1,
            PROJECTION),
        new ClipVisionConfig(
            1, IMAGE_SIZE, 4, 64, 256, 2, 4, 1e-5, HiddenAct.QUICK_GELU, PROJECTION),
        PROJECTION);
  }

  /** A U-Net for latents of [4,8,8] that looks at the text on both of its levels. */
  public static UNet2DConditionConfig unet() {
    DownBlockType attention = DownBlockType.CROSS_ATTN_DOWN_BLOCK_2D;
    UNet2DConditionConfig anySize =
        new UNet2DConditionConfig(
            LATENT_CHANNELS,
            LATENT_CHANNELS,
            List.of(attention, attention),
            List.of(64, 96),
            1,
            4,
            1,
            TEXT_FEATURES,
            16,
            1e-5);
    int latentSize = IMAGE_SIZE / vae().downscale();
    return anySize.with(config -> config.sampleSize(SampleSize.of(latentSize)));
  }

  /** A cosine schedule whose last timestep is all noise, with prediction of the velocity. */
  public static DdimConfig scheduler() {
    return DdimConfig.DEFAULTS.with(
        config ->
            config
                .betas(Betas.LINEAR.withBetaSchedule(BetaSchedule.SQUAREDCOS_CAP_V2))
                .predictionType(PredictionType.V_PREDICTION)
                .timesteps(TimestepChoice.TRAILING)
                .clipping(Clipping.NONE));
  }
}
