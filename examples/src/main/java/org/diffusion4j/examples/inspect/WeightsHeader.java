package org.diffusion4j.examples.inspect;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.diffusion4j.core.weights.SafetensorsFile;
import org.diffusion4j.core.weights.TensorInfo;

/**
 * What the header of a safetensors file says.
 *
 * @param file the file
 * @param metadata free text by key
 * @param tensors the tensors by name, in the order of the header
 */
public record WeightsHeader(
    Path file, Map<String, String> metadata, Map<String, TensorInfo> tensors) {

  /**
   * Reads a header.
   *
   * @throws org.diffusion4j.core.InvalidFileException if it is no safetensors file
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  public static WeightsHeader read(Path file) {
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      Map<String, TensorInfo> tensors = new LinkedHashMap<>();
      opened.names().forEach(name -> tensors.put(name, opened.info(name)));
      return new WeightsHeader(file, opened.metadata(), tensors);
    }
  }
}
