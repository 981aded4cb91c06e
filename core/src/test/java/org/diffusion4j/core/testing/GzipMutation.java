package org.diffusion4j.core.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.random.RandomGenerator;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Changes what a gzipped file holds.
 *
 * @param unpacked what is done to the content
 */
public record GzipMutation(Mutation unpacked) implements Mutation {
  private static final int BOMB_BYTES = 4 << 20;

  @Override
  public byte[] of(byte[] original, RandomGenerator random) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(original))) {
      byte[] content = unpacked.of(in.readAllBytes(), random);
      return switch (random.nextInt(8)) {
        case 0 -> packed(content, new byte[random.nextInt(BOMB_BYTES)]);
        case 1 -> packed(packed(content));
        default -> packed(content);
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Contents, each as a member of its own. */
  public static byte[] packed(byte[]... contents) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] content : contents) {
      try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
        gzip.write(content);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return out.toByteArray();
  }
}
