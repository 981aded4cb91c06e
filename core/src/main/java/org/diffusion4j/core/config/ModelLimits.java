package org.diffusion4j.core.config;

import org.diffusion4j.core.check.Require;

/**
 * The most that a model's config may ask for.
 *
 * <p>A config of a few hundred bytes from a stranger must not cost gigabytes or minutes before its
 * weights are looked at. Every bound is several times what the largest published model has, so that
 * only files that nobody means are refused.
 */
public final class ModelLimits {
  /** Channels, features of a state, of a condition or of an embedding; T5-XXL has 10,240. */
  public static final int WIDTH = 1 << 16;

  /** Stages of a network, each but the last of which halves the size; networks have 3 to 6. */
  public static final int STAGES = 16;

  /** Residual and transformer blocks of a network; Stable Diffusion XL's has about 90. */
  public static final int BLOCKS = 1024;

  /** Rows of a table: tokens, classes or vectors of a codebook; Gemma has 262,144 tokens. */
  public static final int ROWS = 1 << 20;

  /** Tokens of a text, or patches of a picture; T5 has 512. */
  public static final int POSITIONS = 1 << 14;

  /** Height or width of a sample in pixels or latents. */
  public static final int SIDE = 1 << 14;

  /** Height and width of a convolution's kernel. */
  public static final int KERNEL = 63;

  /** Timesteps that a model was trained on, of which there are a thousand. */
  public static final int TIMESTEPS = 1 << 20;

  /** Parameters of a model, 275 GB of float32; Flux has 12 billion. */
  public static final long PARAMETERS = 1L << 36;

  private ModelLimits() {}

  /** Refuses a network of more than {@link #BLOCKS}. */
  public static void requireBlocks(String name, long blocks) {
    Require.positive(name, blocks, BLOCKS);
  }

  /**
   * Refuses a model of more than {@link #PARAMETERS}.
   *
   * @param least how many its largest parts have, which is easier to say than how many there are
   */
  public static void requireParameters(long least) {
    Require.that(
        least <= PARAMETERS,
        "number of parameters",
        least + " or more",
        "must be at most " + PARAMETERS);
  }
}
