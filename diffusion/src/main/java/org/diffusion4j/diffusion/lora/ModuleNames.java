package org.diffusion4j.diffusion.lora;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.LowRankUpdate;
import org.diffusion4j.core.graph.ParameterSpec;

/**
 * Every name that a module of a pipeline may have in a file of adapters.
 *
 * <p>The names are made from those of the model's parameters and looked up: where kohya-ss writes
 * an underscore for each dot, nothing has to be guessed.
 */
final class ModuleNames {
  private static final String WEIGHT = ".weight";

  /** The attention layers of diffusers before its version 0.22: by today's names. */
  private static final Map<String, String> OLD_UNET_LAYERS =
      Map.of(
          "to_q", "processor.to_q_lora",
          "to_k", "processor.to_k_lora",
          "to_v", "processor.to_v_lora",
          "to_out.0", "processor.to_out_lora");

  private static final Map<String, String> OLD_TEXT_ENCODER_LAYERS =
      Map.of(
          "q_proj", "to_q_lora",
          "k_proj", "to_k_lora",
          "v_proj", "to_v_lora",
          "out_proj", "to_out_lora");

  private final Map<String, Target> targets = new HashMap<>();

  /** A weight that adapters may change, of a linear layer or a convolution. */
  record Target(LoraPart part, ParameterSpec weight) {}

  /** The names of all modules of the parts, by their parameters. */
  ModuleNames(Map<LoraPart, ? extends Collection<ParameterSpec>> parameters) {
    parameters.forEach(
        (part, specs) -> {
          List<ParameterSpec> weights = specs.stream().filter(LowRankUpdate::appliesTo).toList();
          Map<String, String> originals =
              part == LoraPart.UNET
                  ? OriginalNames.of(weights.stream().map(ModuleNames::of).toList())
                  : Map.of();
          for (ParameterSpec weight : weights) {
            String module = of(weight);
            Target target = new Target(part, weight);
            addDotted(part, module, target);
            addUnderscored(part, module, target);
            if (originals.containsKey(module)) {
              addUnderscored(part, originals.get(module), target);
            }
          }
        });
  }

  /** The module of a weight: its name without the last part. */
  static String of(ParameterSpec weight) {
    return weight.name().substring(0, weight.name().length() - WEIGHT.length());
  }

  /** The weight of the module with this name in a file. */
  Optional<Target> find(String name) {
    return Optional.ofNullable(targets.get(name));
  }

  private void addDotted(LoraPart part, String module, Target target) {
    addPrefixed(part, module, target);
    Map<String, String> oldLayers =
        part == LoraPart.UNET ? OLD_UNET_LAYERS : OLD_TEXT_ENCODER_LAYERS;
    oldLayers.forEach(
        (layer, old) -> {
          if (module.endsWith("." + layer)) {
            String block = module.substring(0, module.length() - layer.length());
            addPrefixed(part, block + old, target);
          }
        });
  }

  private void addPrefixed(LoraPart part, String name, Target target) {
    add(part.folder() + "." + name, target);
    if (part == LoraPart.UNET) {
      // Files of the U-Net alone name no part.
      add(name, target);
    }
  }

  private void addUnderscored(LoraPart part, String name, Target target) {
    for (String prefix : part.kohyaPrefixes()) {
      add(prefix + name.replace('.', '_'), target);
    }
  }

  private void add(String name, Target target) {
    Target other = targets.put(name, target);
    Require.that(other == null || other.equals(target), "name", name, "must be that of one module");
  }
}
