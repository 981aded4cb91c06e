package org.diffusion4j.core.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.datavec.api.split.FileSplit;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.image.ColorMode;
import org.diffusion4j.core.image.ImageFiles;
import org.diffusion4j.core.image.PixelImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptionedImageRecordReaderTest {
  @TempDir Path folder;

  @Test
  void huggingFacesImageFolderIsRead() throws Exception {
    Files.createDirectory(folder.resolve("sub"));
    picture("sub/a.png", 40);
    picture("b.png", 200);
    captions(
        "metadata.jsonl",
        """
        {"file_name": "b.png", "text": "a light square"}

        {"file_name": "sub/a.png", "text": ["a dark square", "ein dunkles Café"]}
        """);
    ImageDataSet set = read(folder);
    assertEquals(2, set.size());
    assertEquals(3, set.channels());
    assertEquals(7, set.height());
    assertEquals(5, set.width());
    assertEquals(List.of("a light square"), set.captions(0));
    assertEquals(List.of("a dark square", "ein dunkles Café"), set.captions(1));
    assertEquals(200 / 127.5f - 1, set.images(0).getFloat(0, 1, 3, 2));
    assertEquals(40 / 127.5f - 1, set.images(1).getFloat(0, 2, 6, 4));
    assertEquals(List.of(), set.labelNames());
  }

  @Test
  void aZipFileBesideItsCaptionsIsRead() throws Exception {
    picture("a.png", 40);
    zip("pictures.zip", "a.png", Files.readAllBytes(folder.resolve("a.png")));
    Files.delete(folder.resolve("a.png"));
    captions(
        "captions.jsonl",
        "{\"image\": \"a.png\", \"name\": \"square\", \"aliases\": [\"box\"], \"category\": \"S\"}");
    ImageDataSet set = read(folder);
    assertEquals(List.of("square", "box"), set.captions(0));
    assertEquals(40 / 127.5f - 1, set.images(0).getFloat(0, 0, 0, 0));
  }

  @Test
  void aTableIsReadByTheNamesOfItsColumns() throws Exception {
    picture("a.png", 40);
    picture("b.png", 200);
    captions(
        "metadata.csv",
        "id,text,file_name\n1,\"one, \"\"two\"\"\",a.png\n\n2, three ,b.png\n3,four,a.png\n");
    ImageDataSet set = read(folder);
    assertEquals(List.of("one, \"two\"", "four"), set.captions(0));
    assertEquals(List.of("three"), set.captions(1));
    Path table = folder.resolve("metadata.csv");
    assertProblem("first line must name one of [file_name, image]", table, "a.png,one\n");
    assertProblem("line 2 must have a file name and a caption", table, "text,image\none\n");
    assertProblem("line 2 must have a file name and a caption", table, "image,text\na.png, \n");
    assertProblem("file name in line 2 (=../a.png) must", table, "image,text\n../a.png,a\n");
    assertProblem("must have a line for a picture", table, "image,text\n");
  }

  @Test
  void linesOfTextAreRead() throws Exception {
    picture("a.png", 40);
    picture("b.png", 200);
    captions(
        "captions.txt",
        "image,caption\na.png,\"one, two \"\"three\"\"\"\nb.png\tfour, five\na.png,six\n");
    ImageDataSet set = read(folder);
    assertEquals(List.of("one, two \"three\"", "six"), set.captions(0));
    assertEquals(List.of("four, five"), set.captions(1));
  }

  @Test
  void textsBesidePicturesAreRead() throws Exception {
    picture("b.png", 200);
    picture("a.png", 40);
    captions("a.txt", "a dark square\n");
    captions("b.txt", "a light square\n\nanother caption\n");
    ImageDataSet set = read(folder);
    assertEquals(List.of("a dark square"), set.captions(0));
    assertEquals(List.of("a light square", "another caption"), set.captions(1));
  }

  @Test
  void readingFollowsDatavecsContract() throws Exception {
    picture("a.png", 40);
    captions("a.txt", "a dark square");
    CaptionedImageRecordReader reader = new CaptionedImageRecordReader(7, 5, ColorMode.GRAY);
    reader.initialize(new FileSplit(folder.toFile()));
    assertTrue(reader.hasNext());
    assertEquals("a dark square", reader.next().get(1).toString());
    assertEquals(false, reader.hasNext());
    reader.reset();
    assertArrayEquals(new long[] {1, 1, 7, 5}, ImageDataSet.read(reader).images(0).shape());
    reader.close();
    assertEquals(false, reader.hasNext());
  }

  @Test
  void namesThatLeadOutOfTheFolderAreRefused() throws Exception {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    picture("a.png", 40);
    for (String name :
        List.of(
            "../a.png",
            "x/../../a.png",
            "..\\\\a.png",
            "\\\\\\\\host\\\\share",
            "/etc/a.png",
            "C:/a.png",
            "D:a.png",
            "a.png:x",
            "NUL",
            "a.png.",
            "a\\u0000b",
            "")) {
      Files.writeString(
          inner.resolve("metadata.jsonl"),
          "{\"file_name\": \"" + name + "\", \"text\": \"a dark square\"}");
      InvalidFileException error =
          assertThrows(InvalidFileException.class, () -> read(inner), name);
      assertTrue(error.getMessage().contains("must lie within the folder"), error.getMessage());
    }
  }

  @Test
  void captionFilesThatAreNoneAreRefused() throws Exception {
    Path file = folder.resolve("metadata.jsonl");
    assertProblem("line 2 must be a JSON object", file, "{\"image\":\"a\",\"text\":\"b\"}\n{\"im");
    assertProblem("line 1 must have one of [file_name, image]", file, "[1, 2]");
    assertProblem("line 1 must have one of [file_name, image]", file, "{\"file_name\": \"a.png\"}");
    assertProblem("line 1 must have one of [file_name, image]", file, "{\"text\": \"a\"}");
    assertProblem("line 1 must be a JSON object", file, "[".repeat(100_000));
    assertProblem("must have a line for a picture", file, "\n\n");
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 'a'});
    assertMessage(file + ": must be UTF-8 text");
    Files.delete(file);
    Path text = folder.resolve("captions.txt");
    assertProblem("line 1 must be a file name, a tab or a comma, and a caption", text, "a.png");
    assertProblem("line 1 must be a file name, a tab or a comma, and a caption", text, "a.png,");
  }

  @Test
  void whatIsMissingIsNamed() throws Exception {
    assertMessage(
        folder + ": must hold metadata.jsonl, metadata.csv, captions.jsonl, captions.txt, or");
    picture("a.png", 40);
    assertMessage(
        folder.resolve("a.png")
            + ": must have its captions beside it in "
            + folder.resolve("a.txt"));
    captions("a.txt", " \n");
    assertMessage(folder.resolve("a.txt") + ": must hold a caption");
    captions("captions.txt", "b.png,none");
    assertMessage(folder.resolve("b.png") + ": there is no such file");
    zip("x.zip", "a.png", new byte[] {1, 2, 3});
    assertMessage(folder.resolve("x.zip/b.png") + ": there is no such entry");
    captions("captions.txt", "c.png,no picture");
    zip("x.zip", "c.png", new byte[] {1, 2, 3});
    assertMessage(folder.resolve("x.zip/c.png") + ": must be a PNG or JPEG picture");
    Files.writeString(folder.resolve("x.zip"), "no zip");
    assertMessage(folder.resolve("x.zip") + ": is no zip file");
    Path missing = folder.resolve("missing");
    assertEquals(
        missing + ": there is no such folder",
        assertThrows(InvalidFileException.class, () -> read(missing)).getMessage());
  }

  private void assertProblem(String problem, Path file, String content) throws IOException {
    Files.writeString(file, content);
    assertMessage(file + ": " + problem);
  }

  private void assertMessage(String start) {
    InvalidFileException error = assertThrows(InvalidFileException.class, () -> read(folder));
    assertTrue(error.getMessage().startsWith(start), error.getMessage());
  }

  private static ImageDataSet read(Path folder) throws IOException, InterruptedException {
    try (CaptionedImageRecordReader reader = new CaptionedImageRecordReader(7, 5, ColorMode.RGB)) {
      reader.initialize(CaptionedImageRecordReader.split(folder));
      return ImageDataSet.read(reader);
    }
  }

  /** A gray picture of one value, 11 x 13. */
  private void picture(String name, int value) {
    byte[] values = new byte[11 * 13];
    java.util.Arrays.fill(values, (byte) value);
    ImageFiles.write(folder.resolve(name), new PixelImage(1, 11, 13, values).toArray());
  }

  private void captions(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
  }

  private void zip(String name, String entry, byte[] content) throws IOException {
    try (OutputStream file = Files.newOutputStream(folder.resolve(name));
        ZipOutputStream zip = new ZipOutputStream(file)) {
      zip.putNextEntry(new ZipEntry(entry));
      zip.write(content);
    }
  }
}
