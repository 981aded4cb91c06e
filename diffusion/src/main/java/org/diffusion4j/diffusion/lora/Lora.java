package org.diffusion4j.diffusion.lora;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.weights.Weights;

/**
 * The adapters of a pipeline.
 *
 * <pre>{@code
 * Lora lora = LoraFile.read(file, Map.of(LoraPart.UNET, unet.parameters()));
 * Weights adapted = lora.mergeInto(LoraPart.UNET, weights, 0.7);
 * }</pre>
 *
 * @param adapters by part; at least one
 */
public record Lora(Map<LoraPart, LoraAdapter> adapters) {

  public Lora {
    Require.that(!adapters.isEmpty(), "adapters", adapters, "must not be empty");
    adapters = Collections.unmodifiableMap(new EnumMap<>(adapters));
  }

  /** The adapter of a part, if there is one. */
  public Optional<LoraAdapter> adapter(LoraPart part) {
    return Optional.ofNullable(adapters.get(part));
  }

  /**
   * The weights of a part with its adapter in them, or as they are where it has none; see {@link
   * LoraAdapter#mergeInto}.
   */
  public Weights mergeInto(LoraPart part, Weights weights, double scale) {
    return adapter(part).map(adapter -> adapter.mergeInto(weights, scale)).orElse(weights);
  }
}
