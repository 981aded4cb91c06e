package org.diffusion4j.core.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** JPEG files for tests, and where their markers are. */
final class Jpegs {
  private static final int START_OF_SCAN = 0xda;
  private static final int END_OF_IMAGE_BYTES = 2;

  private Jpegs() {}

  /** A picture that comes in several scans. */
  static byte[] progressive(int height, int width) throws IOException {
    return encode(noise(height, width, BufferedImage.TYPE_INT_RGB), ImageWriteParam.MODE_DEFAULT);
  }

  /** A picture in one scan. */
  static byte[] baseline(int height, int width, int type) throws IOException {
    return encode(noise(height, width, type), ImageWriteParam.MODE_DISABLED);
  }

  private static BufferedImage noise(int height, int width, int type) {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int i = 0; i < height * width; i++) {
      image.setRGB(i % width, i / width, i * 0x9e3779);
    }
    return image;
  }

  private static byte[] encode(BufferedImage image, int progressive) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam parameters = writer.getDefaultWriteParam();
    parameters.setProgressiveMode(progressive);
    try (ImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), parameters);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }

  /** The last scan so many times more. */
  static byte[] withLastScan(byte[] jpeg, int times) {
    int start = lastScan(jpeg);
    int end = jpeg.length - END_OF_IMAGE_BYTES;
    byte[] scan = Arrays.copyOfRange(jpeg, start, end);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, end);
    for (int i = 0; i < times; i++) {
      out.writeBytes(scan);
    }
    out.write(jpeg, end, END_OF_IMAGE_BYTES);
    return out.toByteArray();
  }

  /** How many scans there are; a file of {@link #progressive} has none of their bytes elsewhere. */
  static int scans(byte[] jpeg) {
    int scans = 0;
    for (int at = indexOf(jpeg, START_OF_SCAN, 0); at >= 0; ) {
      scans++;
      at = indexOf(jpeg, START_OF_SCAN, at + 1);
    }
    return scans;
  }

  private static int lastScan(byte[] jpeg) {
    int last = -1;
    for (int at = indexOf(jpeg, START_OF_SCAN, 0); at >= 0; ) {
      last = at;
      at = indexOf(jpeg, START_OF_SCAN, at + 1);
    }
    return last;
  }

  /** Where a marker stands first. */
  static int indexOf(byte[] jpeg, int marker) {
    return indexOf(jpeg, marker, 0);
  }

  private static int indexOf(byte[] jpeg, int marker, int from) {
    for (int i = from; i + 1 < jpeg.length; i++) {
      if (jpeg[i] == (byte) 0xff && jpeg[i + 1] == (byte) marker) {
        return i;
      }
    }
    return -1;
  }
}
