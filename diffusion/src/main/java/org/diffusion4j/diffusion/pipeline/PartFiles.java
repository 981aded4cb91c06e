package org.diffusion4j.diffusion.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.files.FileLookup;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Variant;

/**
 * The files of one part of a model, under the names that diffusers and transformers give them.
 *
 * @param folder of the part
 * @param weightsName of the file of its weights, without variant and ending
 * @param variant which weights are wanted; if empty the plain ones, and where these are missing
 *     those of a variant
 */
record PartFiles(Path folder, String weightsName, Optional<Variant> variant) {
  private static final String SAFETENSORS = ".safetensors";

  /** The configuration. */
  Path config() {
    return folder.resolve("config.json");
  }

  /** Where weights without a variant are written. */
  Path plainWeights() {
    return file(Optional.empty());
  }

  /** Whether there are weights. */
  boolean hasWeights() {
    return found().isPresent();
  }

  /**
   * The weights, or the index of several files of them; the name that they should have if there are
   * none.
   *
   * @throws InvalidFileException if there is a pickle in their place
   */
  Path weights() {
    Path file = found().orElseGet(() -> file(variant));
    requireNoPickle(file);
    return file;
  }

  private Optional<Path> found() {
    List<Optional<Variant>> wanted = new ArrayList<>(List.of(variant));
    if (variant.isEmpty()) {
      wanted.addAll(List.of(Optional.of(Variant.FP16), Optional.of(Variant.BF16)));
    }
    return wanted.stream()
        .flatMap(each -> Stream.of(file(each), index(each)))
        .filter(FileLookup::fileExists)
        .findFirst();
  }

  private Path file(Optional<Variant> named) {
    return folder.resolve(weightsName + infix(named) + SAFETENSORS);
  }

  private Path index(Optional<Variant> named) {
    return folder.resolve(weightsName + SAFETENSORS + ".index" + infix(named) + ".json");
  }

  private static String infix(Optional<Variant> variant) {
    return variant.map(Variant::infix).orElse("");
  }

  /** Pickles, which most models once came as, run code when they are read. */
  private void requireNoPickle(Path file) {
    String name = weightsName.equals("model") ? "pytorch_model" : weightsName;
    Path pickle = folder.resolve(name + infix(variant) + ".bin");
    if (!FileLookup.exists(file) && FileLookup.exists(pickle)) {
      throw new InvalidFileException(
          pickle, "must be " + file.getFileName() + ": pickles are not read");
    }
  }
}
