package org.diffusion4j.core.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;
import org.bytedeco.javacpp.Pointer;
import org.diffusion4j.core.InvalidFileException;

/**
 * Feeds a reader with mutations of good files. Each must be read, or end in an {@link
 * InvalidFileException} of one short line that names the file; fast, and within its memory.
 *
 * <p>Measured are the processor time and the heap of the calling thread, and what ND4J takes beside
 * the heap. A mutation follows from its seed alone, which every failure names.
 *
 * @param file where the reader finds each of them
 * @param corpus good files
 * @param mutation what is done to them
 * @param maxBytes what the reader may allocate for a file
 */
public record HostileFiles(
    Path file, List<byte[]> corpus, Mutation mutation, ToLongFunction<byte[]> maxBytes) {
  /**
   * What a tree of JSON takes: where a file is brackets alone, every one becomes a node with its
   * list, and the parser's buffers are there even for a file of nothing.
   */
  public static final ToLongFunction<byte[]> JSON_TREE = bytes -> (1 << 18) + 256L * bytes.length;

  /** As many as every build has time for. */
  static final int SOME = 1000;

  /** As many as show what is rare. */
  static final int MANY = 20_000;

  /** After so many the rest will be of their kinds. */
  private static final int MOST_PROBLEMS = 10;

  /** Of so many, one at least must be read and one refused, lest the mutations miss their aim. */
  private static final int MOST_ALIKE = 200;

  /** A graph of some hundred layers. */
  private static final long MODEL_BYTES = 256 << 20;

  private static final long MAX_NANOSECONDS = 1_000_000_000L;

  /** Beyond the path; long enough for a sentence with quotations, shorter than a file. */
  private static final int MAX_MESSAGE = 1000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What reads a file. */
  @FunctionalInterface
  public interface Reader {
    /** Reads all of the file. */
    void read(Path file) throws Exception;
  }

  /** Configs of small models, with what their graphs take besides. */
  public static HostileFiles modelConfigs(Path folder, List<byte[]> corpus) {
    return new HostileFiles(
        folder.resolve("config.json"),
        corpus,
        Mutation.anyOf(new ByteMutation(), new JsonMutation()),
        bytes -> MODEL_BYTES + JSON_TREE.applyAsLong(bytes));
  }

  /** The mutation of a seed. */
  public byte[] mutated(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return mutation.of(corpus.get(random.nextInt(corpus.size())), random);
  }

  /** Reads the good files, which must succeed, and then 20,000 others. */
  public void assertReadsOrRefuses(Reader reader) throws Exception {
    assertReadsOrRefuses(MANY, reader);
  }

  /** Reads the good files, which must succeed, and then so many others. */
  void assertReadsOrRefuses(int mutations, Reader reader) throws Exception {
    for (byte[] good : corpus) {
      write(good);
      reader.read(file);
    }
    List<String> problems = new ArrayList<>();
    int read = 0;
    for (long seed = 0; seed < mutations && problems.size() < MOST_PROBLEMS; seed++) {
      byte[] bytes = mutated(seed);
      write(bytes);
      Call call = new Call(reader);
      if (call.tooMuch(bytes)) {
        // The first call of its kind pays for the loading of classes.
        call = new Call(reader);
      }
      Optional<String> problem = problem(call, bytes);
      if (problem.isPresent()) {
        problems.add("seed " + seed + ", " + bytes.length + " bytes: " + problem.get());
      }
      read += call.failure == null ? 1 : 0;
    }
    assertTrue(problems.isEmpty(), () -> String.join("\n", problems));
    int refused = mutations - read;
    assertTrue(
        Math.min(read, refused) >= mutations / MOST_ALIKE, read + " read, " + refused + " refused");
  }

  /** As a new file: some systems wait for the disk where an old one is truncated. */
  private void write(byte[] bytes) throws IOException {
    Files.deleteIfExists(file);
    Files.write(file, bytes);
  }

  /** What is wrong with what the reader did. */
  private Optional<String> problem(Call call, byte[] bytes) {
    if (call.tooMuch(bytes)) {
      return Optional.of(call.toString());
    }
    if (call.failure == null) {
      return Optional.empty();
    }
    if (!(call.failure instanceof InvalidFileException)) {
      StringWriter trace = new StringWriter();
      call.failure.printStackTrace(new PrintWriter(trace));
      return Optional.of(
          cut(trace.toString().replaceAll("(?s)\tat org.diffusion4j.core.testing.*", "")));
    }
    String message = call.failure.getMessage();
    boolean clear =
        message.startsWith(file.getParent().toString())
            && message.length() <= file.toString().length() + MAX_MESSAGE
            && message.chars().noneMatch(Character::isISOControl)
            && !message.endsWith(": null")
            && !message.contains("Cannot invoke");
    return clear ? Optional.empty() : Optional.of("no short, clear sentence: " + cut(message));
  }

  private static String cut(String text) {
    return text.substring(0, Math.min(text.length(), 3 * MAX_MESSAGE));
  }

  /** One call of the reader and what it took. */
  private final class Call {
    private final Throwable failure;
    private final long heap;
    private final long beside;
    private final long nanoseconds;

    Call(Reader reader) {
      long heapBefore = THREADS.getCurrentThreadAllocatedBytes();
      long besideBefore = Pointer.totalBytes();
      long start = THREADS.getCurrentThreadCpuTime();
      Throwable thrown = null;
      try {
        reader.read(file);
      } catch (Throwable e) {
        thrown = e;
      }
      failure = thrown;
      nanoseconds = THREADS.getCurrentThreadCpuTime() - start;
      beside = Math.max(0, Pointer.totalBytes() - besideBefore);
      heap = THREADS.getCurrentThreadAllocatedBytes() - heapBefore;
    }

    boolean tooMuch(byte[] bytes) {
      return heap + beside > maxBytes.applyAsLong(bytes) || nanoseconds > MAX_NANOSECONDS;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "took %d bytes of the heap, %d beside it, %d ns", heap, beside, nanoseconds);
    }
  }
}
