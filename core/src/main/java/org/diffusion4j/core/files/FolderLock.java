package org.diffusion4j.core.files;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps a folder for one owner at a time, among threads of this process and among processes.
 *
 * <p>The lock is the system's, on a file {@value #NAME} in the folder, and ends with its process,
 * however that ends: what a dead process left is no obstacle. What stands in the file is for
 * whoever comes second: which process has the folder, on which host, and since when that process
 * runs. The file stays there, empty: were it removed, somebody who waits for it and somebody who
 * makes it anew would both have a lock.
 */
public final class FolderLock {
  static final String NAME = ".lock";

  /** A byte that no lock file has: where locks bind everybody, its text can still be read. */
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  /**
   * The threads of this process that hold folders. The system's locks belong to whole processes,
   * and some end as soon as their process closes the file once: it may not even look at one of its
   * own.
   */
  private static final Map<Path, Thread> HOLDERS = new ConcurrentHashMap<>();

  private FolderLock() {}

  /**
   * What is done while the folder is held.
   *
   * @param <T> what comes of it
   * @param <E> what it may throw
   */
  @FunctionalInterface
  public interface Work<T, E extends Exception> {
    /** Does it. */
    T run() throws E;
  }

  /**
   * Does something that nobody else may do in the folder meanwhile. The thread that holds a folder
   * may ask for it again.
   *
   * @param folder made if it is missing
   * @throws IllegalStateException if another thread or process has the folder, naming it
   * @throws IOException if the folder cannot be made or locked
   * @throws E if the work throws it
   */
  public static <T, E extends Exception> T holding(Path folder, Work<T, E> work)
      throws IOException, E {
    Path key = Files.createDirectories(folder).toRealPath();
    Thread holder = HOLDERS.putIfAbsent(key, Thread.currentThread());
    if (holder == Thread.currentThread()) {
      return work.run();
    } else if (holder != null) {
      throw inUse(folder, "thread " + holder.getName() + " of this process");
    }
    try {
      return locked(folder, key.resolve(NAME), work);
    } finally {
      HOLDERS.remove(key);
    }
  }

  private static <T, E extends Exception> T locked(Path folder, Path file, Work<T, E> work)
      throws IOException, E {
    // Unlike a channel of java.nio.file.Files, this one survives an interrupt of the thread.
    try (RandomAccessFile lock = new RandomAccessFile(file.toFile(), "rw")) {
      if (lock.getChannel().tryLock(LOCKED_BYTE, 1, false) == null) {
        String owner = Files.readString(file).strip();
        throw inUse(folder, owner.isEmpty() ? "another process" : owner);
      }
      lock.setLength(0);
      lock.write(self().getBytes(StandardCharsets.UTF_8));
      try {
        return work.run();
      } finally {
        lock.setLength(0);
      }
    }
  }

  private static String self() {
    ProcessHandle process = ProcessHandle.current();
    String since = process.info().startInstant().map(start -> " since " + start).orElse("");
    return "process " + process.pid() + " on host " + host() + since + "\n";
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  private static IllegalStateException inUse(Path folder, String owner) {
    return new IllegalStateException(
        folder + " is in use by " + owner + ": wait for its end, or take another folder");
  }
}
