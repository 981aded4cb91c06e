package org.diffusion4j.diffusion.lora;

import java.util.LinkedHashMap;
import java.util.Map;

/** What those who write adapters call the factors of a module, by peft's names. */
enum LoraNaming {
  PEFT,
  DIFFUSERS_0_21,
  LINEAR_LAYER,
  DOTTED_DOWN,
  KOHYA,
  KOHYA_FIRST_OF_TWO,
  KOHYA_ORIGINAL_BLOCKS;

  String of(String name) {
    return switch (this) {
      case PEFT -> name;
      case DIFFUSERS_0_21 -> factors(name, "lora.down", "lora.up");
      case LINEAR_LAYER -> factors(name, "lora_linear_layer.down", "lora_linear_layer.up");
      case DOTTED_DOWN -> factors(name, "lora_down", "lora_up");
      case KOHYA -> kohya("lora_te_", name);
      case KOHYA_FIRST_OF_TWO -> kohya("lora_te1_", name);
      case KOHYA_ORIGINAL_BLOCKS -> kohya("lora_te_", original(name));
    };
  }

  private static String factors(String name, String down, String up) {
    return name.replace("lora_A", down).replace("lora_B", up);
  }

  private static String kohya(String text, String name) {
    int factor = name.lastIndexOf(".lora_");
    String module = name.substring(0, factor);
    String ending = factors(name.substring(factor), "lora_down", "lora_up");
    String prefix = module.startsWith("unet.") ? "lora_unet_" : text;
    return prefix + module.substring(module.indexOf('.') + 1).replace('.', '_') + ending;
  }

  /** The blocks of the small U-Net, as the configuration of latent diffusion counts them. */
  private static String original(String name) {
    Map<String, String> blocks = new LinkedHashMap<>();
    blocks.put("conv_in", "input_blocks.0.0");
    blocks.put("down_blocks.0.resnets.0", "input_blocks.1.0");
    blocks.put("down_blocks.0.attentions.0", "input_blocks.1.1");
    blocks.put("down_blocks.0.downsamplers.0.conv", "input_blocks.2.0.op");
    blocks.put("down_blocks.1.resnets.0", "input_blocks.3.0");
    blocks.put("mid_block.resnets.0", "middle_block.0");
    blocks.put("mid_block.attentions.0", "middle_block.1");
    blocks.put("mid_block.resnets.1", "middle_block.2");
    blocks.put("up_blocks.0.resnets.0", "output_blocks.0.0");
    blocks.put("up_blocks.0.resnets.1", "output_blocks.1.0");
    blocks.put("up_blocks.0.upsamplers.0.conv", "output_blocks.1.1.conv");
    blocks.put("up_blocks.1.resnets.0", "output_blocks.2.0");
    blocks.put("up_blocks.1.attentions.0", "output_blocks.2.1");
    blocks.put("up_blocks.1.resnets.1", "output_blocks.3.0");
    blocks.put("up_blocks.1.attentions.1", "output_blocks.3.1");
    blocks.put("time_embedding.linear_1", "time_embed.0");
    blocks.put("conv1", "in_layers.2");
    blocks.put("time_emb_proj", "emb_layers.1");
    blocks.put("conv_shortcut", "skip_connection");
    String original = name;
    for (Map.Entry<String, String> block : blocks.entrySet()) {
      original = original.replace("." + block.getKey() + ".", "." + block.getValue() + ".");
    }
    return original;
  }
}
