package org.diffusion4j.core.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.diffusion4j.core.InvalidFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

class ImageFilesTest {
  /** Pillow's PNG of mode LA: grays 100, 100, 100 with alpha 255, 0, 128. */
  private static final String GRAY_ALPHA =
      "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABCAQAAACx6dw/AAAAD0lEQVR4nGNM+c/AyNAAAAfkAeYcbEtCAAAAAElFTkSu"
          + "QmCC";

  /** Pillow's PNG of mode I;16: grays 0x1234, 0xfedc. */
  private static final String GRAY_16 =
      "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABEAAAAACB2fwVAAAADUlEQVR4nGMQMvl3BwADwQIhDeNHMgAAAABJRU5ErkJg"
          + "gg==";

  /** A PNG of 16-bit colors: 0x00ff, 0x80fe, 0xff00 and 0x1234, 0xfedc, 0x7f80. */
  private static final String COLOR_16 =
      "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABEAIAAAAr0DSeAAAAFUlEQVR4nGNg+N/w7z+DkMm/O/UNACpiBpz4wUNZ"
          + "AAAAAElFTkSuQmCC";

  /** Pillow's PNG of mode 1: three white pixels. */
  private static final String BILEVEL =
      "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABAQAAAAAzmykZAAAACklEQVR4nGN4AAAA4gDhFXZEAAAAAABJRU5ErkJggg==";

  /** Pillow's PNG of mode P, 3 x 2: the colors of {@link #COLORS}. */
  private static final String PALETTE =
      "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACBAMAAABvWnspAAAAElBMVEUA/wDIZDIKFB4HBwf/AAAAAP/uisCXAAAADklE"
          + "QVR4nGNUlGd5wg8AAxABOe5mQz8AAAAASUVORK5CYII=";

  /** Pillow's PNG of mode RGBA: (10, 20, 30) with alpha 0, (200, 100, 50) with alpha 128. */
  private static final String COLOR_ALPHA =
      "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAEUlEQVR4nGPkEpFj2Bcg0gAABjIB4LtmnykAAAAA"
          + "SUVORK5CYII=";

  /** Pillow's PNG of mode P: the same two, their alphas in a tRNS chunk. */
  private static final String PALETTE_ALPHA =
      "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABAQMAAADO7O3JAAAABlBMVEUKFB7IZDJ3oLOcAAAAAnRSTlMAgJsrThgA"
          + "AAAKSURBVHicY3AAAABCAEEpN/TvAAAAAElFTkSuQmCC";

  private static final int[] COLORS = {
    10, 200, 255, 0, 0, 7, 20, 100, 0, 255, 0, 7, 30, 50, 0, 0, 255, 7
  };

  @TempDir Path folder;

  @Test
  void aWrittenPictureReadsBackUnchanged() {
    PixelImage color = picture(3, 5, 7);
    ImageFiles.write(folder.resolve("color.png"), color.toArray());
    assertArrayEquals(
        color.values(), ImageFiles.readPixels(folder.resolve("color.png"), ColorMode.RGB).values());
    PixelImage gray = picture(1, 5, 7);
    ImageFiles.write(folder.resolve("gray.png"), gray.toArray());
    INDArray read = ImageFiles.read(folder.resolve("gray.png"), ColorMode.GRAY);
    assertArrayEquals(new long[] {1, 1, 5, 7}, read.shape());
    assertEquals(gray.toArray(), read);
  }

  @Test
  void grayBecomesThreeEqualChannelsAndColorBecomesLuma() {
    assertArrayEquals(
        new int[] {18, 124, 76, 150, 29, 7}, // Pillow's convert("L")
        unsigned(decode(PALETTE, ColorMode.GRAY)));
    assertArrayEquals(
        new int[] {18, 254, 18, 254, 18, 254}, unsigned(decode(GRAY_16, ColorMode.RGB)));
  }

  @Test
  void pngsOfEveryKindAreRead() {
    assertArrayEquals(COLORS, unsigned(decode(PALETTE, ColorMode.RGB)));
    assertArrayEquals(new int[] {18, 254}, unsigned(decode(GRAY_16, ColorMode.GRAY)));
    // Pillow gives (0, 128, 255), (18, 254, 127).
    assertArrayEquals(
        new int[] {0, 18, 128, 254, 255, 127}, unsigned(decode(COLOR_16, ColorMode.RGB)));
    assertArrayEquals(new int[] {255, 255, 255}, unsigned(decode(BILEVEL, ColorMode.GRAY)));
  }

  @Test
  void transparentPixelsLieOnWhite() {
    // Half transparent: (100 * 128 + 255 * 127) / 255 = 177.2.
    assertArrayEquals(new int[] {100, 255, 177}, unsigned(decode(GRAY_ALPHA, ColorMode.GRAY)));
  }

  @Test
  void transparencyIsDroppedWhereAskedFor() throws IOException {
    Path file = folder.resolve("x.png");
    Files.write(file, Base64.getDecoder().decode(GRAY_ALPHA));
    assertArrayEquals(new int[] {100, 100, 100}, dropped(file, ColorMode.GRAY));
    Files.write(file, Base64.getDecoder().decode(COLOR_ALPHA));
    assertArrayEquals(new int[] {10, 200, 20, 100, 30, 50}, dropped(file, ColorMode.RGB));
    Files.write(file, Base64.getDecoder().decode(PALETTE_ALPHA));
    assertArrayEquals(new int[] {10, 200, 20, 100, 30, 50}, dropped(file, ColorMode.RGB));
  }

  private static int[] dropped(Path file, ColorMode mode) {
    return unsigned(ImageFiles.readPixels(file, mode, Transparency.DROPPED));
  }

  @Test
  void jpegsAreRead() throws IOException {
    Path file = folder.resolve("flat.jpg");
    Files.write(file, jpeg(11, 13));
    PixelImage image = ImageFiles.readPixels(file, ColorMode.RGB);
    assertEquals(11, image.height());
    assertEquals(13, image.width());
    assertEquals(200, image.value(0, 5, 7), 3);
    assertEquals(50, image.value(2, 5, 7), 3);
  }

  @Test
  void samePixelsAndTextsGiveTheSameBytes() throws IOException {
    Map<String, String> texts = Map.of("seed", "7");
    ImageFiles.write(folder.resolve("a.png"), picture(3, 5, 7), texts);
    ImageFiles.write(folder.resolve("b.png"), picture(3, 5, 7), texts);
    assertEquals(-1, Files.mismatch(folder.resolve("a.png"), folder.resolve("b.png")));
  }

  @Test
  void textsStandInTheirChunks() throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("prompt", "a photo of a café");
    texts.put("Title", "猫の写真");
    Path file = folder.resolve("texts.png");
    ImageFiles.write(file, picture(1, 2, 3), texts);
    assertEquals(
        List.of("prompt\0a photo of a café"),
        chunks(file, "tEXt").stream()
            .map(b -> new String(b, StandardCharsets.ISO_8859_1))
            .toList());
    assertEquals(
        List.of("Title\0\0\0\0\0猫の写真"),
        chunks(file, "iTXt").stream().map(b -> new String(b, StandardCharsets.UTF_8)).toList());
    assertArrayEquals(
        picture(1, 2, 3).values(), ImageFiles.readPixels(file, ColorMode.GRAY).values());
  }

  @Test
  void textsThatPngCannotHoldAreRefused() {
    for (String keyword : List.of("", " seed", "a  b", "k".repeat(80), "café\n", "猫")) {
      assertThrows(
          IllegalArgumentException.class,
          () -> ImageFiles.write(folder.resolve("x.png"), picture(1, 2, 3), Map.of(keyword, "t")));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> ImageFiles.write(folder.resolve("x.png"), picture(1, 2, 3), Map.of("k", "a\0b")));
  }

  @Test
  void writingReplacesAFileAndLeavesNothingElse() throws IOException {
    Path file = folder.resolve("x.png");
    Files.writeString(file, "old");
    ImageFiles.write(file, picture(1, 2, 3).toArray());
    assertArrayEquals(
        picture(1, 2, 3).values(), ImageFiles.readPixels(file, ColorMode.GRAY).values());
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void aNameMayBeAsLongAsTheFileSystemAllows() {
    Path longest = folder.resolve("x".repeat(251) + ".png");
    ImageFiles.write(longest, picture(1, 2, 3).toArray());
    assertTrue(Files.exists(longest));
  }

  @Test
  void aPlaceThatCannotBeWrittenIsNamed() throws IOException {
    Path missing = folder.resolve("missing").resolve("x.png");
    UncheckedIOException error =
        assertThrows(
            UncheckedIOException.class,
            () -> ImageFiles.write(missing, picture(1, 2, 3).toArray()));
    assertTrue(error.getMessage().startsWith("cannot write " + missing));
    assertTrue(error.getMessage().endsWith(missing.getParent() + " does not exist"));

    Path occupied = Files.createDirectory(folder.resolve("occupied.png"));
    Files.writeString(occupied.resolve("inside"), "kept");
    assertEquals(
        "cannot write " + occupied + ": it is a folder",
        assertThrows(
                UncheckedIOException.class,
                () -> ImageFiles.write(occupied, picture(1, 2, 3).toArray()))
            .getMessage());
    assertEquals("kept", Files.readString(occupied.resolve("inside")));

    Path notAFolder = Files.writeString(folder.resolve("file"), "kept");
    assertThrows(
        UncheckedIOException.class,
        () -> ImageFiles.write(notAFolder.resolve("x.png"), picture(1, 2, 3).toArray()));
    assertEquals("kept", Files.readString(notAFolder));
  }

  @Test
  void everyTruncationOfAPngIsRefused() throws IOException {
    Path file = folder.resolve("whole.png");
    ImageFiles.write(file, picture(3, 5, 7).toArray());
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      assertInvalid(Arrays.copyOf(whole, length));
    }
  }

  @Test
  void aTruncatedJpegIsRefused() throws IOException {
    byte[] whole = jpeg(64, 64);
    // The last two bytes are the marker that ends the file.
    for (int length = 0; length < whole.length - 2; length++) {
      assertInvalid(Arrays.copyOf(whole, length));
    }
  }

  @Test
  void aDamagedByteOfAPictureIsNoticed() throws IOException {
    Path file = folder.resolve("whole.png");
    ImageFiles.write(file, picture(3, 5, 7).toArray());
    byte[] whole = Files.readAllBytes(file);
    // Java's PNG files hold header, data and end alone.
    for (int i = 0; i < whole.length; i++) {
      byte[] damaged = whole.clone();
      damaged[i] ^= 4;
      assertInvalid(damaged);
    }
  }

  @Test
  void aHeaderOfMorePixelsThanTheDataHoldsIsRefused() throws IOException {
    Path file = folder.resolve("x.png");
    ImageFiles.write(file, picture(1, 2, 3).toArray());
    byte[] bytes = Files.readAllBytes(file);
    setSize(bytes, 1 << 13, 1 << 12);
    int compressed = bytes.length - 8 - 3 * 12 - 13;
    assertEquals(
        "bomb: rows (=33558528 bytes) must be at most 1032 times the compressed data (="
            + compressed
            + " bytes)",
        assertInvalid(bytes, "bomb"));
  }

  @Test
  void damagedBytesEndInTheDocumentedException() throws IOException {
    Path file = folder.resolve("whole.png");
    ImageFiles.write(file, picture(3, 5, 7), Map.of("seed", "7"));
    List<byte[]> originals = List.of(Files.readAllBytes(file), jpeg(17, 19));
    java.util.Random random = new java.util.Random(3);
    for (byte[] original : originals) {
      for (int i = 0; i < 500; i++) {
        byte[] damaged = original.clone();
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        try {
          ImageFiles.decode(Path.of("damaged"), damaged, ColorMode.RGB);
        } catch (InvalidFileException e) {
          assertTrue(e.getMessage().startsWith("damaged: "), e.getMessage());
        }
      }
    }
  }

  @Test
  void aPictureOfTooManyPixelsIsRefusedByItsHeader() throws IOException {
    Path file = folder.resolve("x.png");
    ImageFiles.write(file, picture(3, 5, 7).toArray());
    byte[] bytes = Files.readAllBytes(file);
    setSize(bytes, 1 << 20, 1 << 20);
    assertEquals(
        "bomb: number of pixels (=1048576 x 1048576) must be at most 67108864",
        assertInvalid(bytes, "bomb"));
  }

  @Test
  void whatIsNoPictureIsNamed() {
    assertEquals(
        "x: must be a PNG or JPEG picture",
        assertInvalid("GIF89a".getBytes(StandardCharsets.US_ASCII), "x"));
    Path missing = folder.resolve("none.png");
    assertEquals(
        missing + ": there is no such file",
        assertThrows(
                InvalidFileException.class, () -> ImageFiles.readPixels(missing, ColorMode.RGB))
            .getMessage());
  }

  private static void assertInvalid(byte[] bytes) {
    assertInvalid(bytes, "x");
  }

  private static String assertInvalid(byte[] bytes, String name) {
    return assertThrows(
            InvalidFileException.class,
            () -> ImageFiles.decode(Path.of(name), bytes, ColorMode.RGB),
            () -> "length " + bytes.length)
        .getMessage();
  }

  private static PixelImage decode(String base64, ColorMode mode) {
    return ImageFiles.decode(Path.of("x"), Base64.getDecoder().decode(base64), mode);
  }

  private static int[] unsigned(PixelImage image) {
    int[] values = new int[image.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Byte.toUnsignedInt(image.values()[i]);
    }
    return values;
  }

  /** A file of each kind of pixels. */
  static List<byte[]> everyKind() {
    return Stream.of(GRAY_ALPHA, GRAY_16, COLOR_16, BILEVEL, PALETTE, COLOR_ALPHA, PALETTE_ALPHA)
        .map(Base64.getDecoder()::decode)
        .toList();
  }

  private static void setSize(byte[] png, int width, int height) {
    ByteBuffer header = ByteBuffer.wrap(png).putInt(16, width).putInt(20, height);
    CRC32 checksum = new CRC32();
    checksum.update(png, 12, 17);
    header.putInt(29, (int) checksum.getValue());
  }

  static PixelImage picture(int channels, int height, int width) {
    byte[] values = new byte[channels * height * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) (i * 89 + 11);
    }
    return new PixelImage(channels, height, width, values);
  }

  static byte[] jpeg(int height, int width) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < height * width; i++) {
      image.setRGB(i % width, i / width, 200 << 16 | 100 << 8 | 50);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(image, "jpeg", bytes));
    return bytes.toByteArray();
  }

  private static List<byte[]> chunks(Path file, String type) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).position(8);
    List<byte[]> found = new java.util.ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] data = new byte[bytes.getInt()];
      byte[] name = new byte[4];
      bytes.get(name).get(data).getInt();
      if (type.equals(new String(name, StandardCharsets.US_ASCII))) {
        found.add(data);
      }
    }
    return found;
  }
}
