package org.diffusion4j.diffusion.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.diffusion4j.core.graph.LowRankUpdate;
import org.diffusion4j.unet.AdditionEmbedType;
import org.diffusion4j.unet.DownBlockType;
import org.diffusion4j.unet.UNet2DConditionConfig;
import org.diffusion4j.unet.UNet2DConditionConfigBuilder;
import org.diffusion4j.unet.UNet2DConditionModel;
import org.diffusion4j.unet.UpBlockType;
import org.junit.jupiter.api.Test;

class OriginalNamesTest {
  /** Stable Diffusion XL's blocks, with a few features. */
  private static final UNet2DConditionConfig XL =
      UNet2DConditionConfigBuilder.builder(UNet2DConditionConfig.DEFAULTS)
          .downBlockTypes(
              List.of(
                  DownBlockType.DOWN_BLOCK_2D,
                  DownBlockType.CROSS_ATTN_DOWN_BLOCK_2D,
                  DownBlockType.CROSS_ATTN_DOWN_BLOCK_2D))
          .upBlockTypes(
              List.of(
                  UpBlockType.CROSS_ATTN_UP_BLOCK_2D,
                  UpBlockType.CROSS_ATTN_UP_BLOCK_2D,
                  UpBlockType.UP_BLOCK_2D))
          .blockOutChannels(List.of(4, 6, 8))
          .layersPerBlock(List.of(2))
          .attentionHeadDim(List.of(2))
          .crossAttentionDim(5)
          .normNumGroups(2)
          .useLinearProjection(true)
          .additionEmbedType(AdditionEmbedType.TEXT_TIME)
          .additionTimeEmbedDim(2)
          .projectionClassEmbeddingsInputDim(7)
          .build();

  @Test
  void blocksOfXlAreCountedAsItsFilesCountThem() {
    Map<String, String> names = names();
    Map<String, String> expected =
        Map.of(
            "down_blocks.0.resnets.1.conv1", "input_blocks.2.0.in_layers.2",
            "down_blocks.0.downsamplers.0.conv", "input_blocks.3.0.op",
            "down_blocks.1.attentions.0.proj_in", "input_blocks.4.1.proj_in",
            "down_blocks.2.attentions.1.transformer_blocks.0.attn2.to_out.0",
                "input_blocks.8.1.transformer_blocks.0.attn2.to_out.0",
            "mid_block.attentions.0.proj_out", "middle_block.1.proj_out",
            "up_blocks.0.attentions.0.proj_in", "output_blocks.0.1.proj_in",
            "up_blocks.0.upsamplers.0.conv", "output_blocks.2.2.conv",
            "up_blocks.1.attentions.2.transformer_blocks.0.ff.net.0.proj",
                "output_blocks.5.1.transformer_blocks.0.ff.net.0.proj",
            "up_blocks.2.resnets.2.time_emb_proj", "output_blocks.8.0.emb_layers.1",
            "add_embedding.linear_2", "label_emb.0.2");
    expected.forEach((module, original) -> assertEquals(original, names.get(module), module));
  }

  @Test
  void everyModuleHasANameOfItsOwn() {
    Map<String, String> names = names();
    assertEquals(modules(), names.keySet());
    assertEquals(names.size(), Set.copyOf(names.values()).size());
  }

  private static Map<String, String> names() {
    return OriginalNames.of(modules());
  }

  private static Set<String> modules() {
    Set<String> modules = new TreeSet<>();
    new UNet2DConditionModel(XL)
        .parameters().stream()
            .filter(LowRankUpdate::appliesTo)
            .map(ModuleNames::of)
            .forEach(modules::add);
    return modules;
  }
}
