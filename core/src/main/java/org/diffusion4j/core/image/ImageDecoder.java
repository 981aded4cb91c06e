package org.diffusion4j.core.image;

import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.diffusion4j.core.InvalidFileException;

/** The bytes of a PNG or JPEG file to pixels. */
final class ImageDecoder {
  private static final Set<String> FORMATS = Set.of("png", "jpeg");

  /** How the JDK's JPEG reader begins its warning of a file that stops early. */
  private static final String TRUNCATED = "Truncated File";

  private ImageDecoder() {}

  static PixelImage decode(
      Path file, ImageInputStream stream, ColorMode mode, Transparency transparency) {
    ImageReader reader = reader(file, stream);
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
      throw new InvalidFileException(file, "is damaged: " + e.getMessage(), e);
    } finally {
      reader.dispose();
    }
  }

  private static ImageReader reader(Path file, ImageInputStream stream) {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      try {
        if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
          return reader;
        }
      } catch (IOException e) {
        throw new InvalidFileException(file, "cannot be read: " + e.getMessage(), e);
      }
    }
    throw new InvalidFileException(file, "must be a PNG or JPEG picture");
  }

  private static void checkSize(Path file, int width, int height) {
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
    int bands = image.getRaster().getNumBands();
    if (bands > 2 || !(image.getColorModel() instanceof ComponentColorModel)) {
      image.getRGB(0, y, row.length, 1, row, 0, row.length);
      return;
    }
    // Java takes gray samples for linear light and getRGB would brighten them.
    Raster raster = image.getRaster();
    int bits = image.getColorModel().getComponentSize(0);
    int[] gray = raster.getSamples(0, y, row.length, 1, 0, new int[row.length]);
    int[] alpha =
        bands == 2 ? raster.getSamples(0, y, row.length, 1, 1, new int[row.length]) : null;
    for (int x = 0; x < row.length; x++) {
      int value = gray[x] >> (bits - 8);
      int opacity = alpha == null ? 255 : alpha[x] >> (bits - 8);
      row[x] = opacity << 24 | value << 16 | value << 8 | value;
    }
  }
}
