package org.diffusion4j.core.weights;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;

/** The tensors of several safetensors files that an index names, each open. */
final class ShardedSafetensors implements TensorSource {
  private final Map<String, SafetensorsFile> shards = new LinkedHashMap<>();
  private final Map<String, SafetensorsFile> byTensor = new LinkedHashMap<>();

  private ShardedSafetensors() {}

  /**
   * Opens all files of an index.
   *
   * @throws InvalidFileException if index or file is malformed, or if a file lacks a tensor that it
   *     should hold, or holds one that it should not
   * @throws java.io.UncheckedIOException if one is missing or cannot be read
   */
  static ShardedSafetensors open(Path indexFile) {
    ShardIndex index = ShardIndex.read(indexFile);
    ShardedSafetensors opened = new ShardedSafetensors();
    try {
      index.weightMap().values().forEach(shard -> opened.open(indexFile, shard));
      index.weightMap().forEach((tensor, shard) -> opened.add(indexFile, tensor, shard));
      opened.shards.forEach((shard, file) -> opened.requireNoOthers(indexFile, index, shard, file));
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private void open(Path indexFile, String shard) {
    shards.computeIfAbsent(shard, name -> SafetensorsFile.open(indexFile.resolveSibling(name)));
  }

  private void add(Path indexFile, String tensor, String shard) {
    SafetensorsFile file = shards.get(shard);
    if (!file.names().contains(tensor)) {
      throw new InvalidFileException(
          indexFile,
          String.format(
              Locale.ROOT, "tensor %s must be in %s, but is not", Texts.quote(tensor), shard));
    }
    byTensor.put(tensor, file);
  }

  private void requireNoOthers(
      Path indexFile, ShardIndex index, String shard, SafetensorsFile file) {
    for (String tensor : file.names()) {
      String named = index.weightMap().get(tensor);
      if (!shard.equals(named)) {
        throw new InvalidFileException(
            indexFile,
            String.format(
                Locale.ROOT,
                "tensor %s of %s must be %s",
                Texts.quote(tensor),
                shard,
                named == null ? "in the index" : "in " + named + " alone"));
      }
    }
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(byTensor.keySet());
  }

  @Override
  public TensorInfo info(String name) {
    return file(name).info(name);
  }

  @Override
  public float[] readFloats(String name) {
    return file(name).readFloats(name);
  }

  @Override
  public void copyFloats(String name, MappedCopies copies, int pieceSize, FloatPieces pieces) {
    file(name).copyFloats(name, copies, pieceSize, pieces);
  }

  private SafetensorsFile file(String name) {
    SafetensorsFile file = byTensor.get(name);
    if (file == null) {
      throw new IllegalArgumentException("no tensor of the index is named " + name);
    }
    return file;
  }

  @Override
  public void close() {
    shards.values().forEach(SafetensorsFile::close);
  }
}
