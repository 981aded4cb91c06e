package org.diffusion4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
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

  /** A JPEG that says that it is of linear light, which a reader that converts colors changes. */
  private Path withProfile() throws IOException {
    BufferedImage image = new BufferedImage(13, 11, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 13 * 11; i++) {
      image.setRGB(i % 13, i / 13, (i << 16) | ((255 - i) << 8) | (3 * i % 256));
    }
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(image, "jpeg", plain));
    ByteBuffer jpeg = ByteBuffer.wrap(plain.toByteArray());
    // The start of the image and the first segment, which a length of its own begins with.
    int head = 4 + jpeg.getShort(4);
    byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    byte[] name = "ICC_PROFILE\0\1\1".getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer all = ByteBuffer.allocate(jpeg.limit() + 4 + name.length + profile.length);
    all.put(jpeg.array(), 0, head);
    all.putShort((short) 0xffe2).putShort((short) (2 + name.length + profile.length));
    all.put(name).put(profile);
    all.put(jpeg.array(), head, jpeg.limit() - head);
    return Files.write(folder.resolve("linear.jpg"), all.array());
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
