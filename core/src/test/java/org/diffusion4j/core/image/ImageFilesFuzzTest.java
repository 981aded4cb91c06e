package org.diffusion4j.core.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.diffusion4j.core.testing.ByteMutation;
import org.diffusion4j.core.testing.HostileFiles;
import org.diffusion4j.core.testing.Mutation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class ImageFilesFuzzTest {
  /** The JDK's decoder with its buffers, and what it loads with the first error of a kind. */
  private static final long CONSTANT_BYTES = 1 << 20;

  /** The file, its chunks of the picture, and the stream that the JDK makes of them. */
  private static final long BYTES_PER_BYTE = 8;

  /** The picture with four samples of 16 bits, its rows as integers, and three planes. */
  private static final long BYTES_PER_PIXEL = 64;

  /** What a byte of compressed data can hold: 1032 bytes of eight pixels. */
  private static final long MAX_PIXELS_PER_BYTE = 1032 * 8;

  /** A text is unpacked, cut to its length, decoded and kept. */
  private static final long BYTES_PER_TEXT_BYTE = 8 * 1032;

  private static final int SIGNATURE_AND_HEADER = 33;

  @TempDir Path folder;

  @Test
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
  void hostilePngsAreReadOrRefused() throws Exception {
    new HostileFiles(
            folder.resolve("x.png"),
            corpus(),
            Mutation.anyOf(new ByteMutation(), new PngMutation(), new PngMutation()),
            ImageFilesFuzzTest::maxBytes)
        .assertReadsOrRefuses(file -> ImageFiles.readPixels(file, ColorMode.RGB));
  }

  @Test
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
  void hostileTextsAreReadOrRefused() throws Exception {
    new HostileFiles(
            folder.resolve("x.png"),
            corpus(),
            Mutation.anyOf(new ByteMutation(), new PngMutation(), new PngMutation()),
            bytes -> CONSTANT_BYTES + BYTES_PER_TEXT_BYTE * bytes.length)
        .assertReadsOrRefuses(ImageFiles::texts);
  }

  /** The pixels of the header count where the file may hold so many. */
  private static long maxBytes(byte[] bytes) {
    long pixels = 0;
    if (bytes.length >= SIGNATURE_AND_HEADER) {
      long width = ByteBuffer.wrap(bytes).getInt(16);
      long height = ByteBuffer.wrap(bytes).getInt(20);
      boolean held =
          width > 0 && height > 0 && width * height <= MAX_PIXELS_PER_BYTE * bytes.length;
      pixels = held ? width * height : 0;
    }
    return CONSTANT_BYTES + BYTES_PER_BYTE * bytes.length + BYTES_PER_PIXEL * pixels;
  }

  private List<byte[]> corpus() throws IOException {
    List<byte[]> corpus = new ArrayList<>(ImageFilesTest.everyKind());
    Path written = folder.resolve("written.png");
    ImageFiles.write(written, ImageFilesTest.picture(3, 11, 7), Map.of("prompt", "a", "b", "é猫"));
    corpus.add(Files.readAllBytes(written));
    corpus.add(interlaced(new BufferedImage(13, 11, BufferedImage.TYPE_BYTE_INDEXED)));
    corpus.add(interlaced(new BufferedImage(5, 17, BufferedImage.TYPE_4BYTE_ABGR)));
    corpus.add(interlaced(new BufferedImage(19, 3, BufferedImage.TYPE_USHORT_GRAY)));
    return corpus;
  }

  private static byte[] interlaced(BufferedImage image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ImageWriteParam parameters = writer.getDefaultWriteParam();
    parameters.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    try (ImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), parameters);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }
}
