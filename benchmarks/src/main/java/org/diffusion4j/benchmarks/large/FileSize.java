package org.diffusion4j.benchmarks.large;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Bytes with a unit of powers of 1000, as in diffusers' {@code max_shard_size}. */
final class FileSize implements ITypeConverter<Long> {
  private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,8})([KMG]?)B?");

  @Override
  public Long convert(String value) {
    Matcher matcher = SIZE.matcher(value.toUpperCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "size (=" + value + ") must be a positive whole number with KB, MB, GB or no unit");
    }
    long unit =
        switch (matcher.group(2)) {
          case "K" -> 1_000;
          case "M" -> 1_000_000;
          case "G" -> 1_000_000_000;
          default -> 1;
        };
    return Long.parseLong(matcher.group(1)) * unit;
  }
}
