package org.diffusion4j.core.weights;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;

/** Tensors under the names of a model where those of the file are older ones. */
final class RenamedTensors implements TensorSource {
  private final TensorSource source;

  /** The names of the source by those of the model. */
  private final Map<String, String> sourceNames = new LinkedHashMap<>();

  /**
   * Renames the tensors of a source.
   *
   * @param file for messages
   * @param parameterName the model's name of a tensor, by its name in the source
   * @throws InvalidFileException if two tensors get one name
   */
  RenamedTensors(Path file, TensorSource source, UnaryOperator<String> parameterName) {
    this.source = source;
    for (String name : source.names()) {
      String other = sourceNames.put(parameterName.apply(name), name);
      if (other != null) {
        throw new InvalidFileException(
            file,
            String.format(
                Locale.ROOT,
                "tensors %s and %s are the same parameter, but one only may be there",
                Texts.quote(other),
                Texts.quote(name)));
      }
    }
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(sourceNames.keySet());
  }

  @Override
  public TensorInfo info(String name) {
    return source.info(sourceName(name));
  }

  @Override
  public float[] readFloats(String name) {
    return source.readFloats(sourceName(name));
  }

  @Override
  public void copyFloats(String name, MappedCopies copies, int pieceSize, FloatPieces pieces) {
    source.copyFloats(sourceName(name), copies, pieceSize, pieces);
  }

  private String sourceName(String name) {
    return sourceNames.getOrDefault(name, name);
  }

  @Override
  public void close() {
    source.close();
  }
}
