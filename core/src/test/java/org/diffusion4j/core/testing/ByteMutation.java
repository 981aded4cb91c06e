package org.diffusion4j.core.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Damages any file: some bits, bytes and slices of it change, go, or come twice, and numbers at the
 * limits of their types come in.
 */
public final class ByteMutation implements Mutation {
  /** Around the limits of 32 and 64 bits, and lengths that no file of these tests has. */
  static final List<Long> LIMITS =
      List.of(
          0L,
          -1L,
          1L << 31,
          (1L << 31) - 1,
          1L << 32,
          (1L << 40) + 1,
          100_000_000L,
          Long.MAX_VALUE,
          Long.MIN_VALUE);

  /** The same as texts, and what no type holds. */
  static final List<String> NUMBERS =
      List.of(
          "0",
          "-0",
          "-1",
          "0.5",
          "2147483647",
          "2147483648",
          "4294967296",
          "100000000",
          "9223372036854775807",
          "9223372036854775808",
          "18446744073709551615",
          "1e999",
          "-1e999",
          "1e-999",
          "1e9999999999",
          "NaN",
          "Infinity",
          "-Infinity",
          "9".repeat(999),
          "9".repeat(5000));

  /** What opens a level in JSON, and what stands for nothing at all. */
  private static final List<String> OPENINGS = List.of("[", "{\"a\":", "[[],", "{", "\"", "\\u");

  private static final int MOST_CHANGES = 4;
  private static final int LONGEST_SLICE = 64;
  private static final int DEEPEST = 20_000;
  private static final int KINDS = 10;

  @Override
  public byte[] of(byte[] original, RandomGenerator random) {
    byte[] bytes = original.clone();
    int changes = 1 + random.nextInt(MOST_CHANGES);
    for (int i = 0; i < changes; i++) {
      bytes = changed(bytes, random);
    }
    return bytes;
  }

  private static byte[] changed(byte[] bytes, RandomGenerator random) {
    int at = random.nextInt(bytes.length + 1);
    int length = Math.min(bytes.length - at, 1 + random.nextInt(LONGEST_SLICE));
    byte[] slice = slice(bytes, at, at + length);
    return switch (random.nextInt(KINDS)) {
      case 0 -> {
        if (length > 0) {
          slice[0] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        }
        yield replaced(bytes, at, length, slice);
      }
      case 1 -> {
        if (length > 0) {
          slice[0] = (byte) random.nextInt();
        }
        yield replaced(bytes, at, length, slice);
      }
      case 2 -> slice(bytes, 0, at);
      case 3 -> {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        yield replaced(bytes, at, random.nextBoolean() ? length : 0, noise);
      }
      case 4 -> replaced(bytes, at, 0, slice);
      case 5 -> replaced(bytes, at, length, new byte[0]);
      case 6 -> replaced(bytes, random.nextInt(bytes.length + 1), 0, slice);
      case 7 -> {
        // Formats begin with their lengths.
        int place = random.nextBoolean() ? 0 : at;
        yield replaced(bytes, place, Math.min(Long.BYTES, bytes.length - place), limit(random));
      }
      case 8 -> number(bytes, at, random);
      default -> {
        String opening = OPENINGS.get(random.nextInt(OPENINGS.size()));
        yield replaced(bytes, at, 0, ascii(opening.repeat(1 + random.nextInt(DEEPEST))));
      }
    };
  }

  private static byte[] limit(RandomGenerator random) {
    return ByteBuffer.allocate(Long.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(LIMITS.get(random.nextInt(LIMITS.size())))
        .array();
  }

  /** Puts a number for the first one from a place on. */
  private static byte[] number(byte[] bytes, int from, RandomGenerator random) {
    int start = from;
    while (start < bytes.length && !isDigit(bytes[start])) {
      start++;
    }
    int end = start;
    while (end < bytes.length && isDigit(bytes[end])) {
      end++;
    }
    return replaced(bytes, start, end - start, ascii(NUMBERS.get(random.nextInt(NUMBERS.size()))));
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] slice(byte[] bytes, int start, int end) {
    return Arrays.copyOfRange(bytes, start, end);
  }

  private static byte[] replaced(byte[] bytes, int start, int length, byte[] by) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + by.length);
    out.write(bytes, 0, start);
    out.writeBytes(by);
    out.write(bytes, start + length, bytes.length - start - length);
    return out.toByteArray();
  }
}
