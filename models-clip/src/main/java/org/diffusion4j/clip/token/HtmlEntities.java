package org.diffusion4j.clip.token;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * HTML character references to characters, by the rules that Python's {@code html.unescape} takes
 * from HTML 5.
 *
 * <p>Names are those of the standard's table of named character references ({@code
 * html5-entities.tsv}: name, code points); old names are also read without their semicolon.
 */
final class HtmlEntities {
  private static final Pattern REFERENCE =
      Pattern.compile("&(?:#([0-9]+);?|#[xX]([0-9a-fA-F]+);?|([^\\t\\n\\f <&#;]{1,32};?))");
  private static final int MAX_DIGITS = 8;
  private static final String REPLACEMENT = "\uFFFD";
  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");
  private static final Map<String, String> NAMED = readNames();

  private HtmlEntities() {}

  static String unescape(String text) {
    if (text.indexOf('&') < 0) {
      return text;
    }
    return REFERENCE.matcher(text).replaceAll(m -> Matcher.quoteReplacement(expand(m)));
  }

  private static String expand(MatchResult match) {
    if (match.group(1) != null) {
      return character(match.group(1), 10);
    } else if (match.group(2) != null) {
      return character(match.group(2), 16);
    }
    String name = match.group(3);
    for (int end = name.length(); end > 1; end--) {
      String characters = NAMED.get(name.substring(0, end));
      if (characters != null) {
        return characters + name.substring(end);
      }
    }
    return match.group();
  }

  private static String character(String digits, int radix) {
    String significant = digits.replaceFirst("^0+", "");
    if (significant.length() > MAX_DIGITS) {
      return REPLACEMENT;
    }
    long codePoint = significant.isEmpty() ? 0 : Long.parseLong(significant, radix);
    if (codePoint == 0 || codePoint > Character.MAX_CODE_POINT || isSurrogate(codePoint)) {
      return REPLACEMENT;
    }
    int c = (int) codePoint;
    if (c >= 0x80 && c <= 0x9F) {
      String windows = new String(new byte[] {(byte) c}, WINDOWS_1252);
      return windows.equals(REPLACEMENT) ? Character.toString(c) : windows;
    }
    return isForbidden(c) ? "" : Character.toString(c);
  }

  private static boolean isSurrogate(long c) {
    return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
  }

  private static boolean isForbidden(int c) {
    boolean whitespace = c == '\t' || c == '\n' || c == '\f' || c == '\r';
    boolean control = (c < ' ' && !whitespace) || c == 0x7F;
    boolean noncharacter = (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE;
    return control || noncharacter;
  }

  private static Map<String, String> readNames() {
    Map<String, String> names = new HashMap<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                HtmlEntities.class.getResourceAsStream("html5-entities.tsv"),
                StandardCharsets.US_ASCII))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        int tab = line.indexOf('\t');
        StringBuilder characters = new StringBuilder();
        for (String hex : line.substring(tab + 1).split(" ", -1)) {
          characters.appendCodePoint(Integer.parseInt(hex, 16));
        }
        names.put(line.substring(0, tab), characters.toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("html5-entities.tsv cannot be read", e);
    }
    return Map.copyOf(names);
  }
}
