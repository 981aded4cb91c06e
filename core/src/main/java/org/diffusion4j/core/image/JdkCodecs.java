package org.diffusion4j.core.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriter;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.spi.ImageReaderWriterSpi;
import javax.imageio.spi.ImageWriterSpi;

/**
 * The JDK's own readers and writers of PNG and JPEG, whatever else the class path has.
 *
 * <p>Image I/O takes the plug-in that stands first, and dependencies bring some: TwelveMonkeys'
 * JPEG reader, which comes with DataVec, converts colors by embedded profiles and gives other
 * pixels. The same file must give the same pixels in a program that depends on the library alone
 * and on the command line, and they must be those that the golden data were compared with. A format
 * that the JDK cannot read may be left to a plug-in; these two are not.
 */
final class JdkCodecs {
  private static final String JPEG = "jpeg";
  private static final String PNG = "png";

  private JdkCodecs() {}

  static ImageReader jpegReader() {
    return reader(JPEG);
  }

  static ImageReader pngReader() {
    return reader(PNG);
  }

  static ImageWriter pngWriter() {
    try {
      return provider(ImageWriterSpi.class, PNG).createWriterInstance();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ImageReader reader(String format) {
    try {
      return provider(ImageReaderSpi.class, format).createReaderInstance();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T extends ImageReaderWriterSpi> T provider(Class<T> kind, String format) {
    Iterator<T> found =
        IIORegistry.getDefaultInstance()
            .getServiceProviders(kind, spi -> isJdks(spi) && isOf(spi, format), false);
    if (!found.hasNext()) {
      throw new IllegalStateException(
          "the JDK must have its " + kind.getSimpleName() + " of " + format);
    }
    return found.next();
  }

  private static boolean isJdks(Object provider) {
    return provider.getClass().getModule().equals(ImageIO.class.getModule());
  }

  private static boolean isOf(Object provider, String format) {
    return Arrays.asList(((ImageReaderWriterSpi) provider).getFormatNames()).contains(format);
  }
}
