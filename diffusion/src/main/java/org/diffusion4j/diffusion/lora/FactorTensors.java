package org.diffusion4j.diffusion.lora;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.diffusion.lora.ModuleNames.Target;

/**
 * The tensors of a file, sorted by the weights that they change.
 *
 * <p>A name is that of a module and an ending that says what the tensor is: A, B or alpha. Each
 * tensor finds its place, or the file is refused.
 */
final class FactorTensors {
  /** What a tensor is to its weight. */
  enum Role {
    DOWN("A"),
    UP("B"),
    ALPHA("alpha");

    private final String title;

    Role(String title) {
      this.title = title;
    }
  }

  /** The endings of peft, of three versions of diffusers, and of kohya-ss. */
  private static final Map<String, Role> ENDINGS =
      Map.ofEntries(
          Map.entry(".lora_A.weight", Role.DOWN),
          Map.entry(".lora_B.weight", Role.UP),
          Map.entry(".lora.down.weight", Role.DOWN),
          Map.entry(".lora.up.weight", Role.UP),
          Map.entry(".lora_linear_layer.down.weight", Role.DOWN),
          Map.entry(".lora_linear_layer.up.weight", Role.UP),
          Map.entry(".down.weight", Role.DOWN),
          Map.entry(".up.weight", Role.UP),
          Map.entry(".lora_down.weight", Role.DOWN),
          Map.entry(".lora_up.weight", Role.UP),
          Map.entry(".alpha", Role.ALPHA));

  /** Adapters of other formulas, by what their tensors' names have in them. */
  private static final Map<String, String> OTHER_METHODS =
      Map.of(
          "dora_scale", "DoRA",
          "lora_magnitude_vector", "DoRA",
          "hada_", "LoHa",
          "lokr_", "LoKr",
          "oft_", "OFT",
          "lora_mid", "LoCon in three factors",
          "lora_embedding_", "LoRA of embeddings");

  /** As many names stand in a message. */
  private static final int MAX_LISTED = 5;

  private FactorTensors() {}

  /**
   * The names of a file's tensors by weight and role; each weight has both factors.
   *
   * @throws InvalidFileException if a tensor has no place in the model, two have the same, or a
   *     factor lacks the other
   */
  static Map<Target, Map<Role, String>> sort(Path file, Set<String> names, ModuleNames modules) {
    Map<Target, Map<Role, String>> sorted = new LinkedHashMap<>();
    List<String> unplaced = new ArrayList<>();
    for (String name : names) {
      refuseOtherMethods(file, name);
      Optional<Place> place = place(name, modules);
      if (place.isEmpty()) {
        unplaced.add(name);
        continue;
      }
      String other =
          sorted
              .computeIfAbsent(place.get().target(), target -> new EnumMap<>(Role.class))
              .put(place.get().role(), name);
      if (other != null) {
        throw new InvalidFileException(
            file,
            String.format(
                Locale.ROOT,
                "tensors %s and %s are both %s of one weight, but one only may be there",
                Texts.quote(other),
                Texts.quote(name),
                place.get().role().title));
      }
    }
    if (!unplaced.isEmpty()) {
      throw new InvalidFileException(
          file,
          String.format(
              Locale.ROOT,
              "%d of %d tensors have no place in this model: %s",
              unplaced.size(),
              names.size(),
              list(unplaced)));
    }
    requireBothFactors(file, sorted.values());
    return sorted;
  }

  /** Where a tensor belongs. */
  private record Place(Target target, Role role) {}

  private static Optional<Place> place(String name, ModuleNames modules) {
    return ENDINGS.entrySet().stream()
        .filter(ending -> name.endsWith(ending.getKey()))
        .flatMap(
            ending ->
                modules.find(name.substring(0, name.length() - ending.getKey().length())).stream()
                    .map(target -> new Place(target, ending.getValue())))
        .findFirst();
  }

  private static void refuseOtherMethods(Path file, String name) {
    OTHER_METHODS.forEach(
        (part, method) -> {
          if (name.contains(part)) {
            throw new InvalidFileException(
                file,
                String.format(
                    Locale.ROOT,
                    "tensor %s is one of %s, but only LoRA of two factors is supported",
                    Texts.quote(name),
                    method));
          }
        });
  }

  private static void requireBothFactors(Path file, Collection<Map<Role, String>> weights) {
    List<String> alone = new ArrayList<>();
    for (Map<Role, String> tensors : weights) {
      for (Role needed : Arrays.asList(Role.DOWN, Role.UP)) {
        if (!tensors.containsKey(needed)) {
          alone.add(tensors.values().iterator().next());
          break;
        }
      }
    }
    if (!alone.isEmpty()) {
      throw new InvalidFileException(
          file,
          String.format(
              Locale.ROOT,
              "%d weights must have both factors, A (or down) and B (or up), but have only: %s",
              alone.size(),
              list(alone)));
    }
  }

  private static String list(List<String> names) {
    String listed = String.join(", ", names.stream().limit(MAX_LISTED).map(Texts::quote).toList());
    int more = names.size() - MAX_LISTED;
    return more > 0 ? listed + " and " + more + " more" : listed;
  }
}
