package org.diffusion4j.core.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;

/** The bytes of a PNG or JPEG file to pixels. */
final class ImageDecoder {
  /** How the JDK's JPEG reader begins its warning of a file that stops early. */
  private static final String TRUNCATED = "Truncated File";

  private ImageDecoder() {}

  static PixelImage decode(Path file, byte[] encoded, ColorMode mode, Transparency transparency) {
    if (PngChunks.isPng(encoded)) {
      byte[] picture = PngChunks.ofPicture(file, encoded);
      return decode(file, picture, JdkCodecs.pngReader(), mode, transparency);
    }
    if (JpegMarkers.isJpeg(encoded)) {
      JpegMarkers.check(file, encoded);
      return decode(file, encoded, JdkCodecs.jpegReader(), mode, transparency);
    }
    throw new InvalidFileException(file, "must be a PNG or JPEG picture");
  }

  private static PixelImage decode(
      Path file, byte[] encoded, ImageReader reader, ColorMode mode, Transparency transparency) {
    try (ImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded))) {
      return decode(file, stream, reader, mode, transparency);
    } catch (IOException e) {
      throw damaged(file, e);
    }
  }

  private static PixelImage decode(
      Path file,
      ImageInputStream stream,
      ImageReader reader,
      ColorMode mode,
      Transparency transparency) {
    AtomicBoolean truncated = new AtomicBoolean();
    try {
      reader.addIIOReadWarningListener(
          (source, warning) -> truncated.compareAndSet(false, warning.startsWith(TRUNCATED)));
      reader.setInput(stream, true, true);
      checkSize(file, reader.getWidth(0), reader.getHeight(0));
      BufferedImage image = reader.read(0);
      // The JPEG decoder fills what a cut-off file lacks with gray, and only warns of it.
      if (truncated.get()) {
        throw new InvalidFileException(file, "ends within the picture data");
      }
      return toPixels(image, mode, transparency);
    } catch (InvalidFileException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // On damaged data the JDK's decoders throw runtime exceptions of many kinds.
      throw damaged(file, e);
    } finally {
      reader.dispose();
    }
  }

  private static InvalidFileException damaged(Path file, Exception e) {
    String reason = e instanceof IOException && e.getMessage() != null ? e.getMessage() : "";
    String problem = reason.isEmpty() ? "is damaged" : "is damaged: " + Texts.sentence(reason);
    return new InvalidFileException(file, problem, e);
  }

  /** Refuses a picture of more than {@link ImageFiles#MAX_PIXELS}. */
  static void checkSize(Path file, int width, int height) {
    if ((long) width * height > ImageFiles.MAX_PIXELS) {
      throw new InvalidFileException(
          file,
          "number of pixels (="
              + width
              + " x "
              + height
              + ") must be at most "
              + ImageFiles.MAX_PIXELS);
    }
  }

  private static PixelImage toPixels(
      BufferedImage image, ColorMode mode, Transparency transparency) {
    int height = image.getHeight();
    int width = image.getWidth();
    int size = height * width;
    byte[] values = new byte[Math.multiplyExact(mode.channels(), size)];
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      readRow(image, y, row);
      for (int x = 0; x < width; x++) {
        int alpha = row[x] >>> 24;
        int red = transparency.apply(row[x] >> 16 & 0xff, alpha);
        int green = transparency.apply(row[x] >> 8 & 0xff, alpha);
        int blue = transparency.apply(row[x] & 0xff, alpha);
        int i = y * width + x;
        if (mode == ColorMode.GRAY) {
          values[i] = (byte) ColorMode.luma(red, green, blue);
        } else {
          values[i] = (byte) red;
          values[size + i] = (byte) green;
          values[2 * size + i] = (byte) blue;
        }
      }
    }
    return new PixelImage(mode.channels(), height, width, values);
  }

  /** One row as ARGB. */
  private static void readRow(BufferedImage image, int y, int[] row) {
    if (!hasPlainSamples(image.getColorModel())) {
      image.getRGB(0, y, row.length, 1, row, 0, row.length);
      return;
    }
    // getRGB would apply color profiles, and brighten gray, which Java takes for linear light.
    // Pillow does neither, and of 16 bits it keeps the upper eight.
    Raster raster = image.getRaster();
    int bands = raster.getNumBands();
    boolean opaque = bands % 2 == 1;
    int shift = image.getColorModel().getComponentSize(0) - Byte.SIZE;
    int[] samples = raster.getPixels(0, y, row.length, 1, (int[]) null);
    for (int x = 0; x < row.length; x++) {
      int first = x * bands;
      int red = samples[first] >> shift;
      int green = bands < 3 ? red : samples[first + 1] >> shift;
      int blue = bands < 3 ? red : samples[first + 2] >> shift;
      int alpha = opaque ? 255 : samples[first + bands - 1] >> shift;
      row[x] = alpha << 24 | red << 16 | green << 8 | blue;
    }
  }

  /** Whether samples are gray or red, green, blue, with or without alpha. */
  private static boolean hasPlainSamples(ColorModel model) {
    int space = model.getColorSpace().getType();
    return model instanceof ComponentColorModel
        && (space == ColorSpace.TYPE_GRAY || space == ColorSpace.TYPE_RGB);
  }
}
