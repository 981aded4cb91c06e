package org.diffusion4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.WritableRaster;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.diffusion4j.core.image.ColorMode;
import org.diffusion4j.core.image.ImageFiles;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line's jar, with the class path of its manifest, reads what the library reads. */
@Tag("jar")
class JarPicturesTest {
  private static final Path JAR = Path.of("target", "diffusion4j.jar");

  /** Prints a checksum of a picture. */
  static final class Print {
    private Print() {}

    public static void main(String[] args) {
      byte[] pixels = ImageFiles.readPixels(Path.of(args[0]), ColorMode.RGB).values();
      System.out.println(Arrays.hashCode(pixels));
    }
  }

  @TempDir Path folder;

  @Test
  void theJarReadsPicturesAsTheLibraryDoes() throws Exception {
    assumeTrue(Files.exists(JAR), "the jar is made after the other tests");
    Path picture = withProfile();
    String alone = run(Path.of("..", "core", "target", "classes"), picture);
    assertTrue(alone.matches("-?\\d+"), alone);
    assertEquals(alone, run(JAR, picture));
  }

  /** A JPEG of linear light, which a reader that converts colors changes. */
  private Path withProfile() throws IOException {
    ColorSpace linear = ColorSpace.getInstance(ColorSpace.CS_LINEAR_RGB);
    ComponentColorModel model =
        new ComponentColorModel(
            linear, false, false, ComponentColorModel.OPAQUE, DataBuffer.TYPE_BYTE);
    WritableRaster raster = model.createCompatibleWritableRaster(13, 11);
    for (int i = 0; i < 13 * 11; i++) {
      raster.setPixel(i % 13, i / 13, new int[] {i, 255 - i, 3 * i % 256});
    }
    Path file = folder.resolve("linear.jpg");
    assertTrue(ImageIO.write(new BufferedImage(model, raster, false, null), "jpeg", file.toFile()));
    assertTrue(
        new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains("ICC_PROFILE"));
    return file;
  }

  private static String run(Path library, Path picture) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                "-cp",
                library + File.pathSeparator + Path.of("target", "test-classes"),
                Print.class.getName(),
                picture.toString())
            .redirectErrorStream(true)
            .start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertEquals(0, process.waitFor(), output);
    return output;
  }
}
