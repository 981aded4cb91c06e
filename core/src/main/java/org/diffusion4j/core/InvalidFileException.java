package org.diffusion4j.core;

import java.nio.file.Path;

/** A file that cannot be what it is read as; the message names the file, the value and the rule. */
public final class InvalidFileException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public InvalidFileException(Path file, String problem) {
    super(file + ": " + problem);
  }

  public InvalidFileException(Path file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
  }
}
