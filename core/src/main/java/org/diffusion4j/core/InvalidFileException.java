package org.diffusion4j.core;

import java.nio.file.Path;

/** The content of a file breaks a rule of its format or is not what was asked for. */
public final class InvalidFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * An exception whose message is {@code file: problem}.
   *
   * @param file the file, as the caller named it
   * @param problem the value that is wrong and the rule that it breaks
   */
  public InvalidFileException(Path file, String problem) {
    this(file, problem, null);
  }

  /**
   * An exception whose message is {@code file: problem}.
   *
   * @param file the file, as the caller named it
   * @param problem the value that is wrong and the rule that it breaks
   * @param cause what a parser had to say, or null
   */
  public InvalidFileException(Path file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
  }
}
