package org.diffusion4j.diffusion.lora;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What the modules of diffusers' U-Net are called in the code of latent diffusion (Rombach et al.
 * 2022) and of Stable Diffusion XL: their blocks are counted through, {@code input_blocks.4.1} for
 * {@code down_blocks.1.attentions.0}.
 */
final class OriginalNames {
  private static final Map<String, String> RESNET =
      Map.of(
          "conv1", "in_layers.2",
          "time_emb_proj", "emb_layers.1",
          "conv2", "out_layers.3",
          "conv_shortcut", "skip_connection");

  private static final Map<String, String> OUTSIDE_OF_BLOCKS =
      Map.of(
          "conv_in", "input_blocks.0.0",
          "conv_out", "out.2",
          "time_embedding.linear_1", "time_embed.0",
          "time_embedding.linear_2", "time_embed.2",
          "add_embedding.linear_1", "label_emb.0.0",
          "add_embedding.linear_2", "label_emb.0.2");

  private final NavigableSet<String> modules;

  /** By what diffusers calls it. */
  private final Map<String, String> blocks = new LinkedHashMap<>(OUTSIDE_OF_BLOCKS);

  private OriginalNames(NavigableSet<String> modules) {
    this.modules = modules;
    countDown();
    blocks.put("mid_block.resnets.0", "middle_block.0");
    blocks.put("mid_block.attentions.0", "middle_block.1");
    blocks.put("mid_block.resnets.1", "middle_block.2");
    countUp();
  }

  /** The original names by those of diffusers, of modules that have one. */
  static Map<String, String> of(Iterable<String> modules) {
    NavigableSet<String> sorted = new TreeSet<>();
    modules.forEach(sorted::add);
    OriginalNames names = new OriginalNames(sorted);
    Map<String, String> originals = new LinkedHashMap<>();
    sorted.forEach(module -> names.original(module).ifPresent(name -> originals.put(module, name)));
    return originals;
  }

  private void countDown() {
    int count = 1;
    for (int i = 0; has("down_blocks." + i); i++) {
      String stage = "down_blocks." + i;
      for (int j = 0; has(stage + ".resnets." + j); j++) {
        String block = "input_blocks." + count++;
        blocks.put(stage + ".resnets." + j, block + ".0");
        blocks.put(stage + ".attentions." + j, block + ".1");
      }
      String downsampler = stage + ".downsamplers.0.conv";
      if (modules.contains(downsampler)) {
        blocks.put(downsampler, "input_blocks." + count++ + ".0.op");
      }
    }
  }

  private void countUp() {
    int count = 0;
    for (int i = 0; has("up_blocks." + i); i++) {
      String stage = "up_blocks." + i;
      for (int j = 0; has(stage + ".resnets." + j); j++) {
        String block = "output_blocks." + count++;
        blocks.put(stage + ".resnets." + j, block + ".0");
        blocks.put(stage + ".attentions." + j, block + ".1");
        int next = has(stage + ".attentions." + j) ? 2 : 1;
        // The upsampler stands in the stage's last block.
        blocks.put(stage + ".upsamplers.0.conv", block + "." + next + ".conv");
      }
    }
  }

  private boolean has(String block) {
    String next = modules.ceiling(block + ".");
    return next != null && next.startsWith(block + ".");
  }

  private Optional<String> original(String module) {
    if (blocks.containsKey(module)) {
      return Optional.of(blocks.get(module));
    }
    for (int dot = module.lastIndexOf('.'); dot > 0; dot = module.lastIndexOf('.', dot - 1)) {
      String block = blocks.get(module.substring(0, dot));
      if (block != null) {
        String inner = module.substring(dot + 1);
        return Optional.of(block + "." + RESNET.getOrDefault(inner, inner));
      }
    }
    return Optional.empty();
  }
}
