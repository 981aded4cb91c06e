package org.diffusion4j.benchmarks.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.files.AtomicFiles;
import org.diffusion4j.core.files.FileLookup;
import org.diffusion4j.core.files.Json;

/**
 * All that was measured on one machine.
 *
 * @param entries at most one for each work, contender and number of threads
 */
record Comparison(Machine machine, List<Entry> entries) {
  /** Reads and writes entries. */
  static final ObjectMapper JSON = Json.mapper().addModule(new Jdk8Module()).build();

  Comparison {
    entries = List.copyOf(entries);
  }

  /**
   * What a file holds, or nothing yet if it is missing.
   *
   * @param machine this one
   * @throws InvalidFileException if the file is none of these or of another machine
   */
  static Comparison read(Path file, Machine machine) throws IOException {
    if (!FileLookup.exists(file)) {
      return new Comparison(machine, List.of());
    }
    Comparison comparison;
    try {
      comparison = JSON.readValue(file.toFile(), Comparison.class);
    } catch (JsonProcessingException e) {
      throw new InvalidFileException(file, "must hold a comparison: " + e.getOriginalMessage());
    }
    if (comparison.machine() == null || !comparison.machine().comparesWith(machine)) {
      throw new InvalidFileException(
          file, "must be of this machine (=" + machine.cpu() + "); take another folder");
    }
    return new Comparison(machine, comparison.entries());
  }

  /** With an entry, which takes the place of an earlier one. */
  Comparison with(Entry entry) {
    Stream<Entry> others = entries.stream().filter(other -> !entry.replaces(other));
    return new Comparison(machine, Stream.concat(others, Stream.of(entry)).toList());
  }

  /** The entries of a work with that many threads, in the contenders' order. */
  List<Entry> of(Work work, int threads) {
    return Contender.ALL.stream()
        .flatMap(
            contender ->
                entries.stream()
                    .filter(entry -> entry.work().equals(work.label()))
                    .filter(entry -> entry.contender().equals(contender.label()))
                    .filter(entry -> entry.threads() == threads))
        .toList();
  }

  /** The numbers of threads that there are entries of. */
  List<Integer> threads() {
    return entries.stream().map(Entry::threads).distinct().sorted().toList();
  }

  /**
   * The most that a contender of that precision reached at {@link Work#CONV_CEILING}, in billions
   * of floating-point operations in a second.
   */
  Optional<Double> ceiling(Precision precision, int threads) {
    return of(Work.CONV_CEILING, threads).stream()
        .filter(entry -> precisionOf(entry) == precision)
        .flatMap(entry -> entry.measurement().stream())
        .map(Measurement::gigaflops)
        .max(Double::compare);
  }

  /** Of an entry that {@link #of} gives. */
  static Precision precisionOf(Entry entry) {
    return Contender.of(entry.contender()).orElseThrow().precision();
  }

  /** Writes the file, or replaces it. */
  void write(Path file) throws IOException {
    AtomicFiles.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
  }
}
