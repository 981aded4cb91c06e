package org.diffusion4j.core.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.diffusion4j.core.testing.ByteMutation;
import org.diffusion4j.core.testing.HostileFileTests;
import org.diffusion4j.core.testing.HostileFiles;
import org.diffusion4j.core.testing.Mutation;
import org.junit.jupiter.api.io.TempDir;

class JpegFuzzTest implements HostileFileTests {
  /** The JDK's decoder with its buffers, and what it loads with the first error of a kind. */
  private static final long CONSTANT_BYTES = 1 << 20;

  private static final long BYTES_PER_BYTE = 8;

  /** The picture, its rows as integers, and three planes; more where a row has but one pixel. */
  private static final long BYTES_PER_PIXEL = 64;

  @TempDir Path folder;

  @Override
  public HostileFiles hostileFiles() throws IOException {
    return new HostileFiles(
        folder.resolve("x.jpg"),
        List.of(
            Jpegs.baseline(17, 11, BufferedImage.TYPE_INT_RGB),
            Jpegs.baseline(7, 19, BufferedImage.TYPE_BYTE_GRAY),
            Jpegs.progressive(13, 23)),
        Mutation.anyOf(new ByteMutation(), new JpegMutation(), new JpegMutation()),
        bytes ->
            CONSTANT_BYTES
                + (BYTES_PER_BYTE + BYTES_PER_PIXEL * JpegMarkers.MAX_PIXELS_PER_BYTE)
                    * bytes.length);
  }

  @Override
  public void read(Path file) {
    ImageFiles.readPixels(file, ColorMode.RGB);
  }
}
