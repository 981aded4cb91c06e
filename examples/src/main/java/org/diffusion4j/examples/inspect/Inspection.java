package org.diffusion4j.examples.inspect;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.files.FileLookup;
import org.diffusion4j.core.weights.TensorInfo;

/**
 * What a file or folder of weights holds.
 *
 * @param path the file or folder
 * @param pipeline what a folder says that its parts make together; empty if nothing says so
 * @param parts a file is the one part of itself
 */
public record Inspection(Path path, String pipeline, List<ModelPart> parts) {

  /**
   * Reads configs and headers.
   *
   * @throws InvalidFileException if there is nothing, or a file is malformed
   * @throws IOException if a file cannot be read
   */
  public static Inspection of(Path path) throws IOException {
    if (!FileLookup.exists(path)) {
      throw new InvalidFileException(path, "there is no such file or folder");
    }
    if (FileLookup.isFolder(path)) {
      return new Inspection(path, ModelPart.pipelineOf(path), ModelPart.of(path));
    }
    List<WeightsHeader> weights = List.of(WeightsHeader.read(path));
    return new Inspection(path, "", List.of(new ModelPart(".", "", Optional.empty(), weights)));
  }

  /** All tensors of all parts. */
  public Collection<TensorInfo> tensors() {
    return parts.stream().flatMap(part -> part.tensors().stream()).toList();
  }
}
