package org.diffusion4j.clip.token;

/** What fills a token sequence after its end token. */
public enum Padding {
  /** The tokenizer's own, {@link ClipTokenizer#padToken()}. */
  PAD_TOKEN,
  /** The end token again, as Stable Diffusion 1.x and transformers' CLIPTokenizer do. */
  END_TOKEN,
  /** Id 0, as openai/CLIP and Stable Diffusion 2.x do. */
  ZERO
}
