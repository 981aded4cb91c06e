package org.diffusion4j.diffusion.lora;

import java.util.List;
import org.diffusion4j.core.check.Require;

/**
 * What a new adapter is like.
 *
 * @param rank the features between A and B
 * @param alpha the change is {@code alpha / rank * B A}, positive
 * @param targetModules the modules that are changed: those of such a name, or whose name ends in
 *     {@code .} and such a name
 */
public record LoraConfig(int rank, double alpha, List<String> targetModules) {
  /** The attention of U-Nets, as diffusers trains it. */
  public static final List<String> UNET_TARGETS = List.of("to_q", "to_k", "to_v", "to_out.0");

  /** The attention of text encoders, as diffusers trains it. */
  public static final List<String> TEXT_ENCODER_TARGETS =
      List.of("q_proj", "k_proj", "v_proj", "out_proj");

  public LoraConfig {
    targetModules = List.copyOf(targetModules);
    Require.positive("rank", rank);
    Require.positive("alpha", alpha);
    Require.that(!targetModules.isEmpty(), "targetModules", targetModules, "must not be empty");
  }

  /** The attention of a U-Net, with alpha the rank, as diffusers' training has it. */
  public static LoraConfig unet(int rank) {
    return new LoraConfig(rank, rank, UNET_TARGETS);
  }

  /** The attention of a text encoder, with alpha the rank. */
  public static LoraConfig textEncoder(int rank) {
    return new LoraConfig(rank, rank, TEXT_ENCODER_TARGETS);
  }

  /** Whether a module's name is that of the target. */
  static boolean matches(String module, String target) {
    return module.equals(target) || module.endsWith("." + target);
  }
}
