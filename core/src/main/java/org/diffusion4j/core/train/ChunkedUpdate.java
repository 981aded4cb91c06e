package org.diffusion4j.core.train;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Changes arrays value by value, each by the values of all at the same place.
 *
 * <p>It works on chunks in plain Java arrays, whose loops the compiler turns into vector
 * instructions. All arrays are gone through as if they were one, by several threads where that is
 * faster.
 */
final class ChunkedUpdate {
  /** Values that a thread changes before it takes the next: large beside what that costs. */
  private static final int PIECE = 16 * HostFloats.CHUNK;

  /** Values from which on threads save more than it takes to wake them. */
  private static final long MANY = 4 << 20;

  /** The chunks of a thread, one for each array of a part: new ones would fall out of the cache. */
  private static final ThreadLocal<List<float[]>> CHUNKS = ThreadLocal.withInitial(ArrayList::new);

  private ChunkedUpdate() {}

  /** The arithmetic for one chunk. */
  @FunctionalInterface
  interface Kernel {
    /**
     * Changes values.
     *
     * @param chunks that of the array that is read, then those of the arrays that are changed
     * @param n how many values of each chunk there are
     */
    void apply(float[][] chunks, int n);
  }

  /**
   * Arrays that go together, all of one length.
   *
   * @param name what they belong to, for errors
   * @param read whose memory stays as it is
   */
  record Part(String name, INDArray read, List<INDArray> changed, Kernel kernel) {}

  /**
   * Runs the kernels over all values of all parts.
   *
   * <p>If one throws, its exception leaves when no other kernel runs any more: the caller may then
   * close the arrays.
   */
  static void run(List<Part> parts) {
    List<HostPart> hosts = parts.stream().map(HostPart::of).toList();
    List<Piece> pieces = new ArrayList<>();
    for (HostPart host : hosts) {
      for (int from = 0; from < host.length(); from += PIECE) {
        pieces.add(new Piece(host, from, Math.min(PIECE, host.length() - from)));
      }
    }
    long length = hosts.stream().mapToLong(HostPart::length).sum();
    Stream<Piece> stream = length < MANY ? pieces.stream() : pieces.parallelStream();
    FirstFailure failure = new FirstFailure();
    stream.forEach(piece -> failure.guard(piece::run));
    failure.rethrow();
    hosts.forEach(HostPart::commit);
  }

  /** A parallel stream that is left by an exception leaves its other threads at work. */
  private static final class FirstFailure {
    private final AtomicReference<Throwable> first = new AtomicReference<>();

    /** Runs a task, unless one has failed. */
    void guard(Runnable task) {
      if (first.get() == null) {
        try {
          task.run();
        } catch (RuntimeException | Error e) {
          first.compareAndSet(null, e);
        }
      }
    }

    void rethrow() {
      if (first.get() instanceof Error error) {
        throw error;
      } else if (first.get() instanceof RuntimeException exception) {
        throw exception;
      }
    }
  }

  /** A part's values in the memory of the host. */
  private record HostPart(Part part, FloatBuffer source, List<FloatBuffer> targets) {
    static HostPart of(Part part) {
      return new HostPart(
          part,
          HostFloats.of(part.name(), part.read()),
          part.changed().stream().map(array -> HostFloats.of(part.name(), array)).toList());
    }

    int length() {
      return source.capacity();
    }

    void commit() {
      for (int i = 0; i < targets.size(); i++) {
        HostFloats.commit(part.changed().get(i), targets.get(i));
      }
    }
  }

  private record Piece(HostPart host, int from, int length) {
    void run() {
      float[][] chunks = chunks(1 + host.targets().size());
      for (int done = 0; done < length; done += HostFloats.CHUNK) {
        run(chunks, from + done, Math.min(HostFloats.CHUNK, length - done));
      }
    }

    private void run(float[][] chunks, int at, int n) {
      List<FloatBuffer> targets = host.targets();
      host.source().get(at, chunks[0], 0, n);
      for (int i = 0; i < targets.size(); i++) {
        targets.get(i).get(at, chunks[1 + i], 0, n);
      }
      host.part().kernel().apply(chunks, n);
      for (int i = 0; i < targets.size(); i++) {
        targets.get(i).put(at, chunks[1 + i], 0, n);
      }
    }

    private static float[][] chunks(int count) {
      List<float[]> chunks = CHUNKS.get();
      while (chunks.size() < count) {
        chunks.add(new float[HostFloats.CHUNK]);
      }
      return chunks.subList(0, count).toArray(float[][]::new);
    }
  }
}
