package org.diffusion4j.core.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * Says what a path leads to, or why nobody can tell.
 *
 * <p>{@link Files#exists} and its like answer "no" where access is denied, a disk fails or a link
 * leads nowhere. Here that is an error: who goes by such an answer overwrites what he could not
 * see. Links are followed.
 */
public final class FileLookup {
  private FileLookup() {}

  /**
   * Whether there is anything.
   *
   * @throws UncheckedIOException if it cannot be looked at, or is a link that leads nowhere
   */
  public static boolean exists(Path path) {
    return attributes(path).isPresent();
  }

  /**
   * Whether there is a file, where nothing else may be.
   *
   * @throws UncheckedIOException if it cannot be looked at, is a link that leads nowhere, or is
   *     anything but a regular file
   */
  public static boolean fileExists(Path path) {
    Optional<BasicFileAttributes> found = attributes(path);
    if (found.isPresent() && !found.get().isRegularFile()) {
      throw unseen(path, found.get().isDirectory() ? "it is a folder" : "it is not a file", null);
    }
    return found.isPresent();
  }

  /**
   * Whether there is a regular file.
   *
   * @throws UncheckedIOException if it cannot be looked at, or is a link that leads nowhere
   */
  public static boolean isFile(Path path) {
    return attributes(path).map(BasicFileAttributes::isRegularFile).orElse(false);
  }

  /**
   * Whether there is a folder.
   *
   * @throws UncheckedIOException if it cannot be looked at, or is a link that leads nowhere
   */
  public static boolean isFolder(Path path) {
    return attributes(path).map(BasicFileAttributes::isDirectory).orElse(false);
  }

  private static Optional<BasicFileAttributes> attributes(Path path) {
    try {
      return Optional.of(Files.readAttributes(path, BasicFileAttributes.class));
    } catch (NoSuchFileException e) {
      if (Files.isSymbolicLink(path)) {
        throw unseen(path, "it is a link that leads nowhere", e);
      }
      return Optional.empty();
    } catch (AccessDeniedException e) {
      throw unseen(path, "access is denied", e);
    } catch (FileSystemException e) {
      throw unseen(path, e.getReason(), e);
    } catch (IOException e) {
      throw unseen(path, e.getMessage(), e);
    }
  }

  private static UncheckedIOException unseen(Path path, String reason, IOException cause) {
    return new UncheckedIOException(
        "cannot look at " + path + ": " + reason,
        cause == null ? new FileSystemException(path.toString(), null, reason) : cause);
  }
}
