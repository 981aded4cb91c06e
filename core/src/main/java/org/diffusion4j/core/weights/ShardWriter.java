package org.diffusion4j.core.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.diffusion4j.core.check.Require;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes tensors in files of limited size, as {@link WeightsFile#saveShards} says.
 *
 * @param file what the one file of all tensors is called
 * @param dtype F32, F16 or BF16
 * @param metadata free text by key, in every file
 * @param maxShardSize the bytes of tensors in a file
 */
record ShardWriter(Path file, DType dtype, Map<String, String> metadata, long maxShardSize) {
  private static final String ENDING = ".safetensors";

  ShardWriter {
    Require.positive("maxShardSize", maxShardSize);
    Require.that(
        file.getFileName().toString().endsWith(ENDING), "file", file, "must end in " + ENDING);
  }

  void write(Map<String, INDArray> tensors) {
    List<Map<String, INDArray>> shards = split(tensors);
    Path index = file.resolveSibling(file.getFileName() + ShardIndex.ENDING);
    try {
      if (shards.size() == 1) {
        SafetensorsWriter.write(file, tensors, dtype, metadata);
        Files.deleteIfExists(index);
        deleteShardsBut(List.of());
        return;
      }
      List<String> names = new ArrayList<>();
      Map<String, String> weightMap = new LinkedHashMap<>();
      for (Map<String, INDArray> shard : shards) {
        String name = shardName(names.size() + 1, shards.size());
        names.add(name);
        SafetensorsWriter.write(file.resolveSibling(name), shard, dtype, metadata);
        shard.keySet().forEach(tensor -> weightMap.put(tensor, name));
      }
      new ShardIndex(weightMap)
          .write(index, tensors.values().stream().mapToLong(this::bytes).sum());
      Files.deleteIfExists(file);
      deleteShardsBut(names);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + index + ": " + e.getMessage(), e);
    }
  }

  /** In their order, each file as full as it goes. */
  private List<Map<String, INDArray>> split(Map<String, INDArray> tensors) {
    List<Map<String, INDArray>> shards = new ArrayList<>();
    Map<String, INDArray> shard = new LinkedHashMap<>();
    long size = 0;
    for (Map.Entry<String, INDArray> tensor : tensors.entrySet()) {
      long bytes = bytes(tensor.getValue());
      if (!shard.isEmpty() && bytes > maxShardSize - size) {
        shards.add(shard);
        shard = new LinkedHashMap<>();
        size = 0;
      }
      shard.put(tensor.getKey(), tensor.getValue());
      size += bytes;
    }
    shards.add(shard);
    return shards;
  }

  private long bytes(INDArray tensor) {
    return tensor.length() * dtype.bytes();
  }

  private String shardName(int number, int count) {
    return String.format("%s-%05d-of-%05d%s", base(), number, count, ENDING);
  }

  private String base() {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - ENDING.length());
  }

  private void deleteShardsBut(List<String> kept) throws IOException {
    Pattern shard = Pattern.compile(Pattern.quote(base()) + "-\\d{5}-of-\\d{5}\\" + ENDING);
    List<Path> files;
    try (Stream<Path> list = Files.list(file.toAbsolutePath().getParent())) {
      files = list.toList();
    }
    for (Path other : files) {
      String name = other.getFileName().toString();
      if (shard.matcher(name).matches() && !kept.contains(name)) {
        Files.delete(other);
      }
    }
  }
}
