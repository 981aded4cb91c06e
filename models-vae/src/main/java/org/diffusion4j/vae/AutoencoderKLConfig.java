package org.diffusion4j.vae;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.List;
import org.diffusion4j.core.check.Require;

/**
 * The hyperparameters of {@link AutoencoderKL}; components are the fields of diffusers' {@code
 * config.json}.
 *
 * @param inChannels the channels of the images
 * @param outChannels the channels of the reconstruction
 * @param blockOutChannels the channels of each stage, from the pixels; each stage but the last
 *     halves the size
 * @param layersPerBlock the residual blocks of an encoder stage; a decoder stage has one more
 * @param latentChannels the channels of the latents
 * @param normNumGroups the groups of the group norms
 * @param midBlockAddAttention whether the middle of encoder and decoder has self-attention
 * @param scalingFactor latents times this factor have about unit variance
 */
@JsonIgnoreProperties(
    value = {"down_block_types", "up_block_types"},
    allowGetters = true)
public record AutoencoderKLConfig(
    int inChannels,
    int outChannels,
    List<Integer> blockOutChannels,
    int layersPerBlock,
    int latentChannels,
    int normNumGroups,
    boolean midBlockAddAttention,
    double scalingFactor) {

  public AutoencoderKLConfig {
    blockOutChannels = List.copyOf(blockOutChannels);
    Require.positive("inChannels", inChannels);
    Require.positive("outChannels", outChannels);
    Require.positive("layersPerBlock", layersPerBlock);
    Require.positive("latentChannels", latentChannels);
    Require.positive("normNumGroups", normNumGroups);
    Require.that(
        !blockOutChannels.isEmpty(), "blockOutChannels", blockOutChannels, "must not be empty");
    for (int channels : blockOutChannels) {
      Require.positive("blockOutChannels", channels);
      Require.divisible("blockOutChannels", channels, "normNumGroups", normNumGroups);
    }
    Require.positive("scalingFactor", scalingFactor);
  }

  /** The encoder's stages under diffusers' name. */
  @JsonProperty("down_block_types")
  public List<String> downBlockTypes() {
    return Collections.nCopies(blockOutChannels.size(), "DownEncoderBlock2D");
  }

  /** The decoder's stages under diffusers' name. */
  @JsonProperty("up_block_types")
  public List<String> upBlockTypes() {
    return Collections.nCopies(blockOutChannels.size(), "UpDecoderBlock2D");
  }

  /** The factor by which latents are smaller than images. */
  public int downscale() {
    return 1 << (blockOutChannels.size() - 1);
  }

  /** The same model with another scaling factor. */
  public AutoencoderKLConfig withScalingFactor(double factor) {
    return new AutoencoderKLConfig(
        inChannels,
        outChannels,
        blockOutChannels,
        layersPerBlock,
        latentChannels,
        normNumGroups,
        midBlockAddAttention,
        factor);
  }
}
