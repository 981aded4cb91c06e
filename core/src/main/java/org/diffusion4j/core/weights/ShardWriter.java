package org.diffusion4j.core.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.files.AtomicFiles;
import org.diffusion4j.core.files.FileLookup;

/**
 * Writes tensors in files of limited size, as {@link WeightsFile#saveShards} says.
 *
 * <p>Whoever reads the folder at any moment, or after the process was killed at any moment, finds
 * all of the model that was there or all of the new one. The new shards first have names of their
 * own, so that no file that an index names is ever another's; the move of the index into place is
 * the moment from which on the new model is there. If the names that the shards are to have were
 * free, that is all. Where shards of an earlier model have them, a first index says the names that
 * the new shards have meanwhile; then they get, as second names, those that they are to have, which
 * takes these from the old shards; then comes the index with these, and the first names go. The one
 * file of all tensors counts more than an index beside it: it is the last that goes, or the first
 * that comes.
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
    if (shards.size() == 1) {
      SafetensorsWriter.writePending(file, tensors, dtype, metadata);
    }
    try {
      if (shards.size() == 1) {
        Files.deleteIfExists(index());
        AtomicFiles.sync(folder());
        delete(shardsBut(List.of()));
      } else {
        writeShards(shards);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + index() + ": " + e.getMessage(), e);
    }
  }

  /** Removes the shards that a killed process wrote and no index names. */
  void sweep() throws IOException {
    if (FileLookup.isFolder(folder())) {
      Collection<String> named = namedByIndex();
      delete(files(name -> unfinished().matcher(name).matches() && !named.contains(name)));
    }
  }

  private Collection<String> namedByIndex() {
    return FileLookup.fileExists(index())
        ? ShardIndex.read(index()).weightMap().values()
        : List.of();
  }

  private void writeShards(List<Map<String, PendingTensor>> shards) throws IOException {
    List<String> names = new ArrayList<>();
    for (int number = 1; number <= shards.size(); number++) {
      names.add(String.format(Locale.ROOT, "-%05d-of-%05d", number, shards.size()));
    }
    String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    List<Path> first = names.stream().map(name -> shard(name + ".new-" + random)).toList();
    List<Path> last = names.stream().map(this::shard).toList();
    boolean free = last.stream().noneMatch(FileLookup::exists);
    try {
      for (int i = 0; i < first.size(); i++) {
        SafetensorsWriter.writePending(first.get(i), shards.get(i), dtype, metadata);
      }
      if (free) {
        for (int i = 0; i < first.size(); i++) {
          Files.move(first.get(i), last.get(i), StandardCopyOption.ATOMIC_MOVE);
        }
        AtomicFiles.sync(folder());
      } else {
        writeIndex(shards, first);
        for (int i = 0; i < first.size(); i++) {
          AtomicFiles.link(first.get(i), last.get(i));
        }
      }
      writeIndex(shards, last);
    } catch (IOException | RuntimeException e) {
      deleteUnnamed(first, e);
      if (free) {
        deleteUnnamed(last, e);
      }
      throw e;
    }
    Files.deleteIfExists(file);
    delete(shardsBut(last.stream().map(path -> path.getFileName().toString()).toList()));
  }

  /** Shards that are of no use, unless the index already names them. */
  private void deleteUnnamed(List<Path> shards, Exception failure) {
    try {
      Collection<String> named = namedByIndex();
      for (Path shard : shards) {
        if (!named.contains(shard.getFileName().toString())) {
          Files.deleteIfExists(shard);
        }
      }
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private void writeIndex(List<Map<String, PendingTensor>> shards, List<Path> files)
      throws IOException {
    Map<String, String> weightMap = new LinkedHashMap<>();
    long totalSize = 0;
    for (int i = 0; i < files.size(); i++) {
      for (Map.Entry<String, PendingTensor> tensor : shards.get(i).entrySet()) {
        weightMap.put(tensor.getKey(), files.get(i).getFileName().toString());
        totalSize += bytes(tensor.getValue());
      }
    }
    new ShardIndex(weightMap).write(index(), totalSize);
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

  private Path folder() {
    return file.toAbsolutePath().getParent();
  }

  private Path index() {
    return file.resolveSibling(file.getFileName() + ShardIndex.ENDING);
  }

  private Path shard(String suffix) {
    return file.resolveSibling(base() + suffix + ENDING);
  }

  private String base() {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - ENDING.length());
  }

  /** The names that shards have until the index names them by those that they are to have. */
  private Pattern unfinished() {
    return Pattern.compile(
        Pattern.quote(base()) + "-\\d{5}-of-\\d{5}\\.new-[0-9a-f]{16}\\" + ENDING);
  }

  private List<Path> shardsBut(Collection<String> kept) throws IOException {
    Pattern finished = Pattern.compile(Pattern.quote(base()) + "-\\d{5}-of-\\d{5}\\" + ENDING);
    return files(
        name ->
            !kept.contains(name)
                && (finished.matcher(name).matches() || unfinished().matcher(name).matches()));
  }

  private List<Path> files(Predicate<String> wanted) throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files.filter(other -> wanted.test(other.getFileName().toString())).toList();
    }
  }

  private static void delete(List<Path> files) throws IOException {
    for (Path file : files) {
      Files.delete(file);
    }
  }
}
