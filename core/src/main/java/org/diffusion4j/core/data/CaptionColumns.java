package org.diffusion4j.core.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.diffusion4j.core.InvalidFileException;

/**
 * Where a table of comma-separated values (RFC 4180) has pictures and captions; its fields have no
 * line breaks.
 *
 * @param file the column of the pictures' files
 * @param captions the columns of captions
 */
record CaptionColumns(int file, List<Integer> captions) {
  CaptionColumns {
    captions = List.copyOf(captions);
  }

  /**
   * The columns that the first line of a table names.
   *
   * @throws InvalidFileException if it does not name both
   */
  static CaptionColumns of(
      Path table, String line, List<String> fileKeys, List<String> captionKeys) {
    List<String> names = fields(line);
    int file =
        fileKeys.stream().mapToInt(names::indexOf).filter(i -> i >= 0).findFirst().orElse(-1);
    List<Integer> captions =
        IntStream.range(0, names.size())
            .filter(i -> captionKeys.contains(names.get(i)))
            .boxed()
            .toList();
    if (file < 0 || captions.isEmpty()) {
      throw new InvalidFileException(
          table, "first line must name one of " + fileKeys + " and one of " + captionKeys);
    }
    return new CaptionColumns(file, captions);
  }

  /**
   * The picture of a line.
   *
   * @throws InvalidFileException if the line has too few columns, or no caption
   */
  CaptionedImage parse(Path table, int number, String line) {
    List<String> fields = fields(line);
    List<String> texts =
        captions.stream()
            .filter(column -> column < fields.size())
            .map(fields::get)
            .filter(text -> !text.isBlank())
            .toList();
    if (file >= fields.size() || texts.isEmpty()) {
      throw new InvalidFileException(
          table, "line " + number + " must have a file name and a caption");
    }
    return new CaptionedImage(fields.get(file), texts);
  }

  /** A quote within quotes is doubled; commas within quotes do not separate. */
  private static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        field.append(c);
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        fields.add(field.toString().strip());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString().strip());
    return fields;
  }
}
