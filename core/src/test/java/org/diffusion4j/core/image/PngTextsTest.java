package org.diffusion4j.core.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.diffusion4j.core.InvalidFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class PngTextsTest {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10};
  private static final PixelImage PICTURE = new PixelImage(3, 1, 2, new byte[6]);

  @TempDir private Path folder;

  private static Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("seed", "7");
    texts.put("prompt", "un café,\nzwei Züge");
    texts.put("empty", "");
    texts.put("negative prompt", "猫の写真 🐈, ελληνικά");
    return texts;
  }

  @Test
  void writtenTextsAreReadBack() {
    Path file = folder.resolve("x.png");
    ImageFiles.write(file, PICTURE, texts());
    Map<String, String> read = ImageFiles.texts(file);
    assertEquals(texts(), read);
    assertEquals(List.of("seed", "prompt", "empty", "negative prompt"), List.copyOf(read.keySet()));
    ImageFiles.write(file, PICTURE, Map.of());
    assertEquals(Map.of(), ImageFiles.texts(file));
  }

  @Test
  void writtenTextsAreReadByTheJdk() throws IOException {
    Path file = folder.resolve("x.png");
    ImageFiles.write(file, PICTURE, texts());
    Map<String, String> read = new LinkedHashMap<>();
    ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
    try (ImageInputStream stream = ImageIO.createImageInputStream(file.toFile())) {
      reader.setInput(stream);
      Element root = (Element) reader.getImageMetadata(0).getAsTree("javax_imageio_png_1.0");
      NodeList latin1 = root.getElementsByTagName("tEXtEntry");
      for (int i = 0; i < latin1.getLength(); i++) {
        Element entry = (Element) latin1.item(i);
        read.put(entry.getAttribute("keyword"), entry.getAttribute("value"));
      }
      NodeList international = root.getElementsByTagName("iTXtEntry");
      for (int i = 0; i < international.getLength(); i++) {
        Element entry = (Element) international.item(i);
        read.put(entry.getAttribute("keyword"), entry.getAttribute("text"));
      }
      assertEquals(1, international.getLength());
    } finally {
      reader.dispose();
    }
    assertEquals(texts(), read);
  }

  @Test
  void compressedTextsAreRead() throws IOException {
    Path file =
        png(
            chunk(
                "zTXt", "Comment\0\0", deflated("caf\u00e9".getBytes(StandardCharsets.ISO_8859_1))),
            chunk("iTXt", "Title\0\1\0ja\0\0", deflated("猫".getBytes(StandardCharsets.UTF_8))),
            chunk("iTXt", "Author\0\0\0\0\0", "ü".getBytes(StandardCharsets.UTF_8)));
    assertEquals(Map.of("Comment", "café", "Title", "猫", "Author", "ü"), ImageFiles.texts(file));
  }

  @Test
  void theLastTextOfAKeywordCounts() throws IOException {
    Path file = png(chunk("tEXt", "k\0one", new byte[0]), chunk("tEXt", "k\0two", new byte[0]));
    assertEquals(Map.of("k", "two"), ImageFiles.texts(file));
  }

  @Test
  void textsAreBounded() throws IOException {
    byte[] largest = new byte[PngTexts.MAX_TEXT_BYTES];
    Arrays.fill(largest, (byte) 'a');
    assertEquals(
        largest.length,
        ImageFiles.texts(png(chunk("zTXt", "k\0\0", deflated(largest)))).get("k").length());
    assertInvalid(
        "length of the text of k (=1048577) must be at most 1048576 bytes",
        chunk("zTXt", "k\0\0", deflated(Arrays.copyOf(largest, largest.length + 1))));
    assertInvalid(
        "length of chunk tEXt (=1048578) must be at most 1048576 bytes",
        chunk("tEXt", "k\0", largest));
    byte[][] many = new byte[65][];
    Arrays.fill(many, chunk("zTXt", "k\0\0", deflated(largest)));
    assertInvalid("length of all texts (=68157440) must be at most 67108864 bytes", many);
  }

  @Test
  void damagedTextsAreRefused() throws IOException {
    byte[] text = chunk("tEXt", "k\0text", new byte[0]);
    text[text.length - 6] ^= 1;
    assertInvalid("chunk tEXt must have the checksum that follows it", text);
    assertInvalid("chunk of a text ends before its text", chunk("tEXt", "keyword", new byte[0]));
    assertInvalid("chunk of a text ends before its text", chunk("iTXt", "k\0", new byte[0]));
    assertInvalid("compression method of k (=9) must be 0", chunk("zTXt", "k\0\t", new byte[0]));
    assertInvalid(
        "compressed text of k must be a zlib stream", chunk("zTXt", "k\0\0not zlib", new byte[0]));
    byte[] whole = deflated("a text that is long enough".getBytes(StandardCharsets.UTF_8));
    assertInvalid(
        "compressed text of k must not be cut off",
        chunk("zTXt", "k\0\0", Arrays.copyOf(whole, whole.length - 7)));
    assertInvalid(
        "text of k must be encoded in UTF-8",
        chunk("iTXt", "k\0\0\0\0\0", new byte[] {(byte) 0xff}));
  }

  @Test
  void filesThatAreNoPngAreRefused() throws IOException {
    Path file = folder.resolve("x");
    assertEquals(file + ": there is no such file", message(file));
    Files.writeString(file, "GIF89a; not a PNG");
    assertEquals(file + ": must be a PNG picture", message(file));
    Files.writeString(file, "");
    assertEquals(file + ": must be a PNG picture", message(file));
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    Path file = folder.resolve("x.png");
    ImageFiles.write(file, PICTURE, texts());
    byte[] whole = Files.readAllBytes(file);
    for (int length = SIGNATURE.length; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertEquals(file + ": ends before its last chunk", message(file));
    }
  }

  @Test
  void aChunkLongerThanTheFileIsRefused() throws IOException {
    byte[] chunk = chunk("tEXt", "k\0text", new byte[0]);
    chunk[0] = (byte) 0xff;
    assertInvalid("ends before its last chunk", chunk);
  }

  @Test
  void damagedBytesEndInTheDocumentedException() throws IOException {
    Path file = folder.resolve("x.png");
    ImageFiles.write(file, PICTURE, texts());
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(3);
    for (int i = 0; i < 1000; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      Files.write(file, damaged);
      try {
        ImageFiles.texts(file);
      } catch (InvalidFileException e) {
        assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
      }
    }
  }

  private void assertInvalid(String problem, byte[]... chunks) throws IOException {
    Path file = png(chunks);
    assertEquals(file + ": " + problem, message(file));
  }

  private static String message(Path file) {
    return assertThrows(InvalidFileException.class, () -> ImageFiles.texts(file)).getMessage();
  }

  private Path png(byte[]... chunks) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(SIGNATURE);
    for (byte[] chunk : chunks) {
      bytes.write(chunk);
    }
    bytes.write(chunk("IEND", "", new byte[0]));
    return Files.write(folder.resolve("made.png"), bytes.toByteArray());
  }

  private static byte[] chunk(String type, String start, byte[] rest) throws IOException {
    ByteArrayOutputStream typed = new ByteArrayOutputStream();
    typed.write((type + start).getBytes(StandardCharsets.ISO_8859_1));
    typed.write(rest);
    CRC32 sum = new CRC32();
    sum.update(typed.toByteArray());
    ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(chunk)) {
      out.writeInt(typed.size() - 4);
      typed.writeTo(out);
      out.writeInt((int) sum.getValue());
    }
    return chunk.toByteArray();
  }

  private static byte[] deflated(byte[] text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(bytes)) {
      deflater.write(text);
    }
    return bytes.toByteArray();
  }
}
