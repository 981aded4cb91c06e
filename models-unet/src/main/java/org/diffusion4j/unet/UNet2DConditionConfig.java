package org.diffusion4j.unet;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The hyperparameters of {@link UNet2DConditionModel}; components are the fields of diffusers'
 * {@code config.json}.
 *
 * @param inChannels the channels of the sample
 * @param outChannels the channels of the prediction
 * @param downBlockTypes which stages of the way down look at the text; the way up mirrors them
 * @param blockOutChannels the channels of each stage, from the top
 * @param layersPerBlock the residual blocks of a stage on the way down
 * @param attentionHeadDim the number of attention heads (diffusers' name for it is historical)
 * @param transformerLayersPerBlock the transformer blocks of each attention
 * @param crossAttentionDim the features of the text encoder's states
 * @param normNumGroups the groups of the group norms
 * @param normEps the epsilon of the group norms
 */
@JsonIgnoreProperties(value = "up_block_types", allowGetters = true)
public record UNet2DConditionConfig(
    int inChannels,
    int outChannels,
    List<DownBlockType> downBlockTypes,
    List<Integer> blockOutChannels,
    int layersPerBlock,
    int attentionHeadDim,
    int transformerLayersPerBlock,
    int crossAttentionDim,
    int normNumGroups,
    double normEps) {

  public UNet2DConditionConfig {
    downBlockTypes = List.copyOf(downBlockTypes);
    blockOutChannels = List.copyOf(blockOutChannels);
    requirePositive("inChannels", inChannels);
    requirePositive("outChannels", outChannels);
    requirePositive("layersPerBlock", layersPerBlock);
    requirePositive("attentionHeadDim", attentionHeadDim);
    requirePositive("transformerLayersPerBlock", transformerLayersPerBlock);
    requirePositive("crossAttentionDim", crossAttentionDim);
    requirePositive("normNumGroups", normNumGroups);
    if (blockOutChannels.isEmpty() || blockOutChannels.size() != downBlockTypes.size()) {
      throw new IllegalArgumentException(
          "blockOutChannels (="
              + blockOutChannels
              + ") must be as many as downBlockTypes (="
              + downBlockTypes
              + "), at least one");
    }
    for (int channels : blockOutChannels) {
      requirePositive("blockOutChannels", channels);
      if (channels % normNumGroups != 0) {
        throw new IllegalArgumentException(
            "blockOutChannels (="
                + channels
                + ") must be divisible by normNumGroups (="
                + normNumGroups
                + ")");
      }
      if (channels % attentionHeadDim != 0) {
        throw new IllegalArgumentException(
            "blockOutChannels (="
                + channels
                + ") must be divisible by attentionHeadDim (="
                + attentionHeadDim
                + ")");
      }
    }
    if (!(normEps > 0)) {
      throw new IllegalArgumentException("normEps (=" + normEps + ") must be positive");
    }
  }

  private static void requirePositive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " (=" + value + ") must be positive");
    }
  }

  /** The stages of the way up under diffusers' names, which follow from those of the way down. */
  @JsonProperty("up_block_types")
  public List<String> upBlockTypes() {
    List<String> types =
        new ArrayList<>(downBlockTypes.stream().map(DownBlockType::upBlockType).toList());
    Collections.reverse(types);
    return types;
  }

  /** The factor by which the middle of the network is smaller than the sample. */
  public int downscale() {
    return 1 << (blockOutChannels.size() - 1);
  }
}
