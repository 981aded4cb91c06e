package org.diffusion4j.core.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.spi.ImageReaderWriterSpi;
import javax.imageio.spi.ImageWriterSpi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With plug-ins that stand before the JDK's codecs, as those of a class path may. */
class JdkCodecsTest {
  private static final String[] FORMATS = {"jpeg", "JPEG", "png", "PNG"};

  private static final class Reader extends ImageReaderSpi {
    Reader() {
      names = FORMATS;
    }

    @Override
    public boolean canDecodeInput(Object source) {
      return true;
    }

    @Override
    public ImageReader createReaderInstance(Object extension) throws IOException {
      throw new IOException("a plug-in was asked");
    }

    @Override
    public String getDescription(Locale locale) {
      return "reads all";
    }
  }

  private static final class Writer extends ImageWriterSpi {
    Writer() {
      names = FORMATS;
    }

    @Override
    public boolean canEncodeImage(ImageTypeSpecifier type) {
      return true;
    }

    @Override
    public ImageWriter createWriterInstance(Object extension) throws IOException {
      throw new IOException("a plug-in was asked");
    }

    @Override
    public String getDescription(Locale locale) {
      return "writes all";
    }
  }

  @TempDir Path folder;

  private final IIORegistry registry = IIORegistry.getDefaultInstance();
  private final Reader reader = new Reader();
  private final Writer writer = new Writer();

  @BeforeEach
  void plugIn() {
    first(ImageReaderSpi.class, reader);
    first(ImageWriterSpi.class, writer);
  }

  private <T extends ImageReaderWriterSpi> void first(Class<T> kind, T plugIn) {
    registry.registerServiceProvider(plugIn, kind);
    registry
        .getServiceProviders(kind, other -> other != plugIn, false)
        .forEachRemaining(other -> registry.setOrdering(kind, plugIn, other));
    assertSame(plugIn, registry.getServiceProviders(kind, true).next());
  }

  @AfterEach
  void unplug() {
    registry.deregisterServiceProvider(reader, ImageReaderSpi.class);
    registry.deregisterServiceProvider(writer, ImageWriterSpi.class);
  }

  @Test
  void picturesAreReadAndWrittenByTheJdkAllTheSame() throws IOException {
    PixelImage picture = ImageFilesTest.picture(3, 5, 7);
    Path file = folder.resolve("a.png");
    ImageFiles.write(file, picture, Map.of());
    assertArrayEquals(picture.values(), ImageFiles.readPixels(file, ColorMode.RGB).values());
    unplug();
    byte[] jpeg = ImageFilesTest.jpeg(5, 7);
    PixelImage expected = ImageFiles.decode(file, jpeg, ColorMode.RGB);
    plugIn();
    assertEquals(7, expected.width());
    assertArrayEquals(expected.values(), ImageFiles.decode(file, jpeg, ColorMode.RGB).values());
  }
}
