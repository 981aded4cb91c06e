package org.diffusion4j.core.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * Writes files that appear whole or not at all.
 *
 * <p>The content goes to a temporary file in the same folder, which is forced to the disk and then
 * moved into place; then the folder is forced to the disk too. Whatever goes wrong before the move
 * leaves a file that was there as it was, and no other. A killed process leaves its temporary file:
 * see {@link #sweep}.
 */
public final class AtomicFiles {
  private static final Pattern TEMPORARY = Pattern.compile("\\.diffusion4j-[0-9a-f]{16}\\.tmp");

  /** A byte beyond every content, as what is moved into place is locked for another moment. */
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  /** What this process writes: looking whether one of them is locked would end its lock. */
  private static final Set<Path> WRITING = ConcurrentHashMap.newKeySet();

  private AtomicFiles() {}

  /** What writes the content of a file. */
  @FunctionalInterface
  public interface Body {
    /** Writes the content from the channel's start on. */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes a file, or replaces it.
   *
   * @throws IOException if the folder is missing or cannot be written to, or the file is a folder;
   *     an existing file is then untouched
   */
  public static void write(Path file, byte[] bytes) throws IOException {
    ByteBuffer content = ByteBuffer.wrap(bytes);
    write(
        file,
        channel -> {
          while (content.hasRemaining()) {
            channel.write(content);
          }
        });
  }

  /**
   * Writes a file, or replaces it.
   *
   * @throws IOException if the body throws it, the folder is missing or cannot be written to, or
   *     the file is a folder; an existing file is then untouched
   */
  public static void write(Path file, Body body) throws IOException {
    Path folder = writableFolderOf(file);
    Path temporary = temporary(folder);
    WRITING.add(temporary);
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        tryLock(channel);
        body.writeTo(channel);
        channel.force(true);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      }
      sync(folder);
    } finally {
      Files.deleteIfExists(temporary);
      WRITING.remove(temporary);
    }
  }

  /**
   * Gives a file that is on the disk a second name, and takes that name from the file that had it;
   * where the file system has no such links, a copy gets it.
   *
   * @throws IOException as {@link #write(Path, Body)} does
   */
  public static void link(Path existing, Path file) throws IOException {
    Path folder = writableFolderOf(file);
    Path temporary = temporary(folder);
    try {
      Files.createLink(temporary, existing);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      sync(folder);
    } catch (UnsupportedOperationException | FileSystemException e) {
      try (FileChannel source = FileChannel.open(existing)) {
        write(file, target -> copy(source, target));
      }
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void copy(FileChannel source, FileChannel target) throws IOException {
    long size = source.size();
    for (long done = 0; done < size; ) {
      done += source.transferTo(done, size - done, target);
    }
  }

  /**
   * Brings the names in a folder to the disk, where the system lets folders be opened.
   *
   * @throws IOException if the disk fails
   */
  public static void sync(Path folder) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(folder, StandardOpenOption.READ);
    } catch (FileSystemException e) {
      return;
    }
    try (channel) {
      channel.force(true);
    }
  }

  /**
   * Removes the temporary files of killed processes from a folder, if that is there. What somebody
   * is writing stays, and so does everything that does not have the name of such a file.
   *
   * @throws IOException if the folder cannot be read or one of them cannot be removed
   */
  public static void sweep(Path folder) throws IOException {
    if (!FileLookup.isFolder(folder)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.toRealPath())) {
      for (Path file : files) {
        if (TEMPORARY.matcher(file.getFileName().toString()).matches()
            && Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isRegularFile()
            && isAbandoned(file)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static boolean isAbandoned(Path temporary) throws IOException {
    if (WRITING.contains(temporary)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
      return tryLock(channel);
    }
  }

  /** Whether it worked: where the file system has no locks, nobody can tell who writes. */
  private static boolean tryLock(FileChannel channel) {
    try {
      return channel.tryLock(LOCKED_BYTE, 1, false) != null;
    } catch (IOException | OverlappingFileLockException e) {
      return false;
    }
  }

  /** Files.createTempFile would give the file to its owner alone, whatever the umask says. */
  private static Path temporary(Path folder) {
    String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    return folder.resolve(".diffusion4j-" + random + ".tmp");
  }

  private static Path writableFolderOf(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || FileLookup.isFolder(file)) {
      throw new IOException("it is a folder");
    }
    if (!FileLookup.isFolder(folder)) {
      throw new IOException("folder " + folder + " does not exist");
    }
    if (!Files.isWritable(folder)) {
      throw new IOException("folder " + folder + " is not writable");
    }
    return folder.toRealPath();
  }
}
