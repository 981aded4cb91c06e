package org.diffusion4j.core.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.zip.GZIPOutputStream;
import org.datavec.api.records.Record;
import org.datavec.api.split.FileSplit;
import org.datavec.api.split.StreamInputSplit;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Writable;
import org.diffusion4j.core.InvalidFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

class IdxRecordReaderTest {
  /** Five pictures of 2 x 3 whose values count from 0 to 29. */
  private static final byte[] IMAGES = idx(0x803, new int[] {5, 2, 3}, 30);

  /** Labels 0 to 4. */
  private static final byte[] LABELS = idx(0x801, new int[] {5}, 5);

  @TempDir Path folder;

  @Test
  void recordsHoldThePictureAndItsLabel() throws Exception {
    IdxRecordReader reader = open(write("images", IMAGES), write("labels", LABELS));
    reader.next();
    List<Writable> second = reader.next();
    INDArray picture = ((NDArrayWritable) second.get(0)).get();
    assertArrayEquals(new long[] {1, 1, 2, 3}, picture.shape());
    assertEquals(6 / 127.5f - 1, picture.getFloat(0, 0, 0, 0));
    assertEquals(11 / 127.5f - 1, picture.getFloat(0, 0, 1, 2));
    assertEquals(1, second.get(1).toInt());
    assertEquals(List.of("0", "1", "2", "3", "4"), reader.getLabels());
  }

  @Test
  void readingFollowsDatavecsContract() throws Exception {
    IdxRecordReader reader = new IdxRecordReader(List.of("a", "b", "c", "d", "e"));
    assertFalse(reader.hasNext());
    write("x", gzip(LABELS));
    write("y", gzip(IMAGES));
    reader.initialize(new FileSplit(folder.toFile()));
    int count = 0;
    while (reader.hasNext()) {
      assertEquals(count++, reader.next().get(1).toInt());
    }
    assertEquals(5, count);
    assertThrows(NoSuchElementException.class, reader::next);
    assertTrue(reader.resetSupported());
    reader.reset();
    Record first = reader.nextRecord();
    Record third = reader.loadFromMetaData(List.of(first.getMetaData())).get(0);
    assertEquals(first.getRecord(), third.getRecord());
    assertEquals(1, reader.next().get(1).toInt());
    assertEquals(List.of("a", "b", "c", "d", "e"), reader.getLabels());
    reader.initialize(IdxRecordReader.split(folder.resolve("y")));
    assertEquals(1, reader.next().size());
    assertEquals(List.of(), reader.getLabels());
    reader.close();
    assertFalse(reader.hasNext());
  }

  @Test
  void streamsAreReadFromWhereverTheyAreOpened() throws Exception {
    Map<URI, byte[]> jar =
        Map.of(
            URI.create("jar:file:/some.jar!/labels.gz"),
            gzip(LABELS),
            URI.create("jar:file:/some.jar!/images"),
            IMAGES);
    IdxRecordReader reader = new IdxRecordReader();
    reader.initialize(
        new StreamInputSplit(
            List.copyOf(jar.keySet()), uri -> new ByteArrayInputStream(jar.get(uri))));
    assertEquals(5, ImageDataSet.read(reader).size());
  }

  @Test
  void everyTruncationIsRefused() throws Exception {
    for (byte[] whole : List.of(IMAGES, gzip(IMAGES))) {
      // A gzip file ends with 8 bytes of checksum and length.
      for (int length = 0; length < whole.length; length++) {
        Path file = write("cut", Arrays.copyOf(whole, length));
        assertThrows(InvalidFileException.class, () -> open(file), "length " + length);
      }
    }
  }

  @Test
  void whatFollowsTheValuesIsRefused() throws Exception {
    byte[] longer = Arrays.copyOf(IMAGES, IMAGES.length + 1);
    assertProblem("must end after the 30 values that its header tells of", longer);
    assertProblem("must end after the 30 values that its header tells of", gzip(longer));
  }

  @Test
  void headersThatAreNoneAreRefused() throws Exception {
    assertProblem(
        "magic number (=0x00000d03) must be 0x00000801 to 0x00000803",
        idx(0xd03, new int[] {5, 2, 3}, 30));
    assertProblem(
        "magic number (=0x00000804) must be 0x00000801 to 0x00000803",
        idx(0x804, new int[] {5, 1, 2, 3}, 30));
    assertProblem("dimension 1 (=-2) must be positive", idx(0x803, new int[] {5, -2, 3}, 30));
    assertProblem("dimension 0 (=0) must be positive", idx(0x803, new int[] {0, 2, 3}, 0));
  }

  @Test
  void aHeaderThatTellsOfMoreThanTheFileHoldsAllocatesNothing() throws Exception {
    int huge = Integer.MAX_VALUE;
    assertProblem(
        "number of values (=2147483647 x 2147483647 x 2147483647)"
            + " must be at most what its length has room for (=46)",
        idx(0x803, new int[] {huge, huge, huge}, 30));
    byte[] small = gzip(idx(0x803, new int[] {1 << 15, 1 << 8, 1 << 7}, 30));
    assertProblem(
        "number of values (=32768 x 256 x 128) must be at most what its length has room for (="
            + small.length * 1032
            + ")",
        small);
    assertProblem(
        "number of bytes after the header (=30) must be 42", idx(0x803, new int[] {7, 2, 3}, 30));
  }

  @Test
  void aGzippedFileUnpacksToAGibibyteAtMost() throws Exception {
    byte[] header = gzip(idx(0x803, new int[] {(1 << 17) + 1, 1 << 7, 1 << 6}, 0));
    String problem =
        "number of values (=131073 x 128 x 64) must be at most what its length has room for (=";
    assertProblem(problem + (1 << 30) + ")", Arrays.copyOf(header, 3 << 20));
    IdxRecordReader reader = new IdxRecordReader();
    StreamInputSplit split =
        new StreamInputSplit(
            List.of(URI.create("stream:images.gz")), uri -> new ByteArrayInputStream(header));
    InvalidFileException error =
        assertThrows(InvalidFileException.class, () -> reader.initialize(split));
    assertEquals("images.gz: " + problem + (1 << 30) + ")", error.getMessage());
  }

  @Test
  void labelsMustBelongToThePictures() throws Exception {
    Path images = write("images", IMAGES);
    Path fewer = write("fewer", idx(0x801, new int[] {3}, 3));
    assertEquals(
        fewer + ": number of labels (=3) must be the number of pictures in " + images + " (=5)",
        assertThrows(InvalidFileException.class, () -> open(images, fewer)).getMessage());
    Path labels = write("labels", LABELS);
    IdxRecordReader reader = new IdxRecordReader(List.of("a", "b", "c"));
    assertEquals(
        labels + ": label 3 (=3) must be less than the number of label names (=3)",
        assertThrows(
                InvalidFileException.class,
                () -> reader.initialize(IdxRecordReader.split(images, labels)))
            .getMessage());
    assertThrows(InvalidFileException.class, () -> open(images, images));
    assertThrows(IllegalArgumentException.class, () -> open(labels));
  }

  @Test
  void aMissingFileIsNamed() {
    Path file = folder.resolve("none");
    assertEquals(
        file + ": there is no such file",
        assertThrows(InvalidFileException.class, () -> open(file)).getMessage());
  }

  private void assertProblem(String problem, byte[] bytes) throws IOException {
    Path file = write("file", bytes);
    assertEquals(
        file + ": " + problem,
        assertThrows(InvalidFileException.class, () -> open(file)).getMessage());
  }

  private static IdxRecordReader open(Path... files) throws IOException, InterruptedException {
    IdxRecordReader reader = new IdxRecordReader();
    reader.initialize(IdxRecordReader.split(files));
    return reader;
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(zipped)) {
      out.write(bytes);
    }
    return zipped.toByteArray();
  }

  private static byte[] idx(int magic, int[] shape, int values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 + 4 * shape.length + values).putInt(magic);
    Arrays.stream(shape).forEach(buffer::putInt);
    for (int i = 0; i < values; i++) {
      buffer.put((byte) i);
    }
    return buffer.array();
  }
}
