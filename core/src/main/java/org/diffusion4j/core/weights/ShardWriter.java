package org.diffusion4j.core.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.diffusion4j.core.check.Require;

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

  void write(Map<String, PendingTensor> tensors) {
    List<Map<String, PendingTensor>> shards = split(tensors);
    Path index = file.resolveSibling(file.getFileName() + ShardIndex.ENDING);
    if (shards.size() == 1) {
      SafetensorsWriter.writePending(file, tensors, dtype, metadata);
    }
    try {
      if (shards.size() == 1) {
        Files.deleteIfExists(index);
        deleteShardsBut(List.of());
      } else {
        writeShards(shards, index);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + index + ": " + e.getMessage(), e);
    }
  }

  /** All of them under other names first: no index ever names files of two models. */
  private void writeShards(List<Map<String, PendingTensor>> shards, Path index) throws IOException {
    Map<String, String> weightMap = new LinkedHashMap<>();
    Map<String, Path> temporaryFiles = new LinkedHashMap<>();
    long totalSize = 0;
    try {
      for (Map<String, PendingTensor> shard : shards) {
        String name = shardName(temporaryFiles.size() + 1, shards.size());
        Path temporary = file.resolveSibling("." + UUID.randomUUID() + ".tmp");
        temporaryFiles.put(name, temporary);
        SafetensorsWriter.writePending(temporary, shard, dtype, metadata);
        for (Map.Entry<String, PendingTensor> tensor : shard.entrySet()) {
          weightMap.put(tensor.getKey(), name);
          totalSize += bytes(tensor.getValue());
        }
      }
      Files.deleteIfExists(index);
      for (Map.Entry<String, Path> temporary : temporaryFiles.entrySet()) {
        Path shard = file.resolveSibling(temporary.getKey());
        Files.move(temporary.getValue(), shard, StandardCopyOption.ATOMIC_MOVE);
      }
      new ShardIndex(weightMap).write(index, totalSize);
    } finally {
      for (Path temporary : temporaryFiles.values()) {
        Files.deleteIfExists(temporary);
      }
    }
    Files.deleteIfExists(file);
    deleteShardsBut(temporaryFiles.keySet());
  }

  /** In their order, each file as full as it goes. */
  private List<Map<String, PendingTensor>> split(Map<String, PendingTensor> tensors) {
    List<Map<String, PendingTensor>> shards = new ArrayList<>();
    Map<String, PendingTensor> shard = new LinkedHashMap<>();
    long size = 0;
    for (Map.Entry<String, PendingTensor> tensor : tensors.entrySet()) {
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

  private long bytes(PendingTensor tensor) {
    return tensor.size() * dtype.bytes();
  }

  private String shardName(int number, int count) {
    return String.format("%s-%05d-of-%05d%s", base(), number, count, ENDING);
  }

  private String base() {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - ENDING.length());
  }

  private void deleteShardsBut(Collection<String> kept) throws IOException {
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
