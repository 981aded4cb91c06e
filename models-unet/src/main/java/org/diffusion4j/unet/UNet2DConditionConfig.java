package org.diffusion4j.unet;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.diffusion4j.core.check.Require;

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
    Require.positive("inChannels", inChannels);
    Require.positive("outChannels", outChannels);
    Require.positive("layersPerBlock", layersPerBlock);
    Require.positive("attentionHeadDim", attentionHeadDim);
    Require.positive("transformerLayersPerBlock", transformerLayersPerBlock);
    Require.positive("crossAttentionDim", crossAttentionDim);
    Require.positive("normNumGroups", normNumGroups);
    Require.that(
        !blockOutChannels.isEmpty() && blockOutChannels.size() == downBlockTypes.size(),
        "blockOutChannels",
        blockOutChannels,
        "must be as many as downBlockTypes (=" + downBlockTypes + "), at least one");
    for (int channels : blockOutChannels) {
      Require.positive("blockOutChannels", channels);
      Require.divisible("blockOutChannels", channels, "normNumGroups", normNumGroups);
      Require.divisible("blockOutChannels", channels, "attentionHeadDim", attentionHeadDim);
    }
    Require.positive("normEps", normEps);
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
