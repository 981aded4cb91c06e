package org.diffusion4j.core.files;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Names by which one file names another of its folder, where a stranger may have written them.
 *
 * <p>The rules look at the text alone and are the same on every system, so that a folder that opens
 * on one opens on all, and one that is refused on Windows is refused everywhere. A name has no
 * drive and no stream (both have a colon), no backslash, no control character, no character that
 * UTF-16 leaves half, no space or dot at its end, which Windows drops, and is no device of Windows,
 * which there exists in every folder.
 */
public final class FileNames {
  /** Whatever follows the first dot, they are devices (Microsoft, "Naming Files, Paths"). */
  private static final Pattern DEVICE =
      Pattern.compile("(CON|PRN|AUX|NUL|CLOCK\\$|CONIN\\$|CONOUT\\$|(COM|LPT)[0-9¹²³])( *\\..*)?");

  private FileNames() {}

  /** Whether the text is the name of a file that lies in the folder itself. */
  public static boolean isName(String text) {
    return !text.isBlank()
        && !text.endsWith(".")
        && !text.endsWith(" ")
        && text.codePoints().allMatch(FileNames::isAllowed)
        && !DEVICE.matcher(text.toUpperCase(Locale.ROOT)).matches()
        && isPath(text);
  }

  /** Whether the text names a file of the folder or of a folder below: names between slashes. */
  public static boolean isWithin(String text) {
    String relative = text.startsWith("./") ? text.substring(2) : text;
    for (String part : relative.split("/", -1)) {
      if (!isName(part)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAllowed(int c) {
    return c != '/'
        && c != '\\'
        && c != ':'
        && !Character.isISOControl(c)
        && Character.getType(c) != Character.SURROGATE;
  }

  /** Whether this system has such names: its encoding may lack characters. */
  private static boolean isPath(String name) {
    try {
      return Path.of(name).getNameCount() == 1;
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
