package org.diffusion4j.diffusion.lora;

import java.util.List;

/** The parts of a pipeline that a file may hold adapters of. */
public enum LoraPart {
  /** The network that denoises. */
  UNET("unet"),

  /** The text encoder, the first where there are two. */
  TEXT_ENCODER("text_encoder"),

  /** The second text encoder of Stable Diffusion XL. */
  TEXT_ENCODER_2("text_encoder_2");

  private final String folder;

  LoraPart(String folder) {
    this.folder = folder;
  }

  /** What diffusers calls it: the folder of its weights, and the start of its names in a file. */
  public String folder() {
    return folder;
  }

  /** What its names in files of kohya-ss start with. */
  List<String> kohyaPrefixes() {
    return switch (this) {
      case UNET -> List.of("lora_unet_");
      case TEXT_ENCODER -> List.of("lora_te_", "lora_te1_");
      case TEXT_ENCODER_2 -> List.of("lora_te2_");
    };
  }
}
