package org.diffusion4j.core.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.diffusion4j.core.InvalidFileException;

/** Reads texts that strangers may have written. */
public final class TextFiles {
  /** What some editors of Windows begin a text with. */
  private static final String BYTE_ORDER_MARK = "\ufeff";

  private TextFiles() {}

  /**
   * The whole text.
   *
   * @param maxBytes the most that a file may hold
   * @throws InvalidFileException if it is no regular file, longer, or not UTF-8
   * @throws java.nio.file.NoSuchFileException if it is missing
   * @throws IOException if it cannot be read
   */
  public static String read(Path file, int maxBytes) throws IOException {
    if (FileLookup.exists(file) && !FileLookup.isFile(file)) {
      // Reading from a pipe waits for somebody who writes to it, a device may never end.
      throw new InvalidFileException(file, "must be a file");
    }
    long size = Files.size(file);
    if (size > maxBytes) {
      throw new InvalidFileException(
          file, "size (=" + size + ") must be at most " + maxBytes + " bytes");
    }
    try (InputStream stream = Files.newInputStream(file)) {
      return decode(file, stream.readNBytes(maxBytes));
    }
  }

  /**
   * The text of bytes, without the mark that may stand before it.
   *
   * <p>Parsers of bytes guess: a damaged text may look to them like one in UTF-16 or UTF-32.
   *
   * @throws InvalidFileException if they are not UTF-8
   */
  public static String decode(Path file, byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new InvalidFileException(file, "must be UTF-8", e);
    }
  }
}
