package org.diffusion4j.core.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.diffusion4j.core.InvalidFileException;
import org.junit.jupiter.api.Test;

class JpegMarkersTest {
  private static final Path FILE = Path.of("x.jpg");

  @Test
  void progressivePicturesAreRead() throws IOException {
    byte[] jpeg = Jpegs.progressive(17, 13);
    assertTrue(Jpegs.scans(jpeg) > 5);
    assertEquals(13, ImageFiles.decode(FILE, jpeg, ColorMode.RGB).width());
  }

  @Test
  void scansHaveABound() throws IOException {
    byte[] jpeg = Jpegs.progressive(17, 13);
    int scans = Jpegs.scans(jpeg);
    byte[] most = Jpegs.withLastScan(jpeg, JpegMarkers.MAX_SCANS - scans);
    assertEquals(JpegMarkers.MAX_SCANS, Jpegs.scans(most));
    assertEquals(17, ImageFiles.decode(FILE, most, ColorMode.RGB).height());
    byte[] more = Jpegs.withLastScan(jpeg, JpegMarkers.MAX_SCANS - scans + 1);
    assertProblem("number of scans must be at most 64", more);
    assertProblem("number of scans must be at most 64", Jpegs.withLastScan(jpeg, 20_000));
  }

  @Test
  void aFileMustBeAbleToHoldItsPixels() throws IOException {
    byte[] jpeg = ImageFilesTest.jpeg(5, 7);
    assertProblem(
        "number of pixels (=60000 x 7) must be at most 512 for each", withSize(jpeg, 7, 60_000));
    assertProblem(
        "number of pixels (=65535 x 65535) must be at most 67108864",
        withSize(jpeg, 65_535, 65_535));
    long most = JpegMarkers.MAX_PIXELS_PER_BYTE * jpeg.length;
    JpegMarkers.check(FILE, withSize(jpeg, (int) (most / 1000), 1000));
  }

  @Test
  void segmentsMustLieWithinTheFile() throws IOException {
    byte[] jpeg = ImageFilesTest.jpeg(5, 7);
    // The first segment follows the two bytes of the start and those of its own marker.
    byte[] longer = jpeg.clone();
    longer[4] = (byte) 0xff;
    assertProblem("length of segment 0xe0 (=65296) must be from 2 to the", longer);
    byte[] none = jpeg.clone();
    none[4] = 0;
    none[5] = 1;
    assertProblem("length of segment 0xe0 (=1) must be from 2 to the", none);
    assertProblem("length of segment 0xe0 (=0) must be from 2 to the 1", Arrays.copyOf(jpeg, 5));
  }

  @Test
  void markersWithinSegmentsAreNoScans() throws IOException {
    byte[] jpeg = Jpegs.progressive(17, 13);
    ByteArrayOutputStream noted = new ByteArrayOutputStream();
    noted.write(jpeg, 0, 2);
    noted.writeBytes(new byte[] {(byte) 0xff, (byte) 0xfe, 2, 2});
    for (int i = 0; i < 256; i++) {
      noted.writeBytes(new byte[] {(byte) 0xff, (byte) 0xda});
    }
    noted.write(jpeg, 2, jpeg.length - 2);
    assertEquals(17, ImageFiles.decode(FILE, noted.toByteArray(), ColorMode.RGB).height());
  }

  private static byte[] withSize(byte[] jpeg, int height, int width) {
    byte[] changed = jpeg.clone();
    int frame = Jpegs.indexOf(jpeg, 0xc0);
    ByteBuffer.wrap(changed).putShort(frame + 5, (short) height).putShort(frame + 7, (short) width);
    return changed;
  }

  private static void assertProblem(String problem, byte[] jpeg) {
    String message =
        assertThrows(InvalidFileException.class, () -> ImageFiles.decode(FILE, jpeg, ColorMode.RGB))
            .getMessage();
    assertTrue(message.startsWith(FILE + ": " + problem), message);
  }
}
