package org.diffusion4j.examples.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.datavec.api.split.FileSplit;
import org.deeplearning4j.datasets.datavec.RecordReaderDataSetIterator;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.data.IdxRecordReader;
import org.diffusion4j.core.data.ImageDataSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;

class FashionMnistTest {
  private static final FashionMnist EMBEDDED = FashionMnist.embedded();

  @TempDir Path folder;

  @Test
  void theEmbeddedSetIsTheOriginalTestSetInTwoParts() {
    assertEquals(8000, EMBEDDED.train().size());
    assertEquals(2000, EMBEDDED.heldOut().size());
    assertEquals(FashionMnist.CLASS_NAMES, EMBEDDED.train().labelNames());
    // The test set starts with an ankle boot, a pullover, two trousers and a shirt.
    assertArrayEquals(new int[] {9, 2, 1, 1, 6}, EMBEDDED.train().labels(0, 1, 2, 3, 4));
    int[] counts = new int[10];
    IntStream.range(0, 8000).forEach(i -> counts[EMBEDDED.train().label(i)]++);
    IntStream.range(0, 2000).forEach(i -> counts[EMBEDDED.heldOut().label(i)]++);
    assertArrayEquals(IntStream.range(0, 10).map(i -> 1000).toArray(), counts);
  }

  @Test
  void picturesTakeThirtyTwoPixelsWithABlackMargin() {
    ImageDataSet padded = EMBEDDED.train().padded(32);
    assertArrayEquals(new long[] {3, 1, 32, 32}, padded.images(0, 7, 11).shape());
    assertEquals(-1f, padded.images(0).getFloat(0, 0, 1, 16));
    assertEquals(
        EMBEDDED.train().images(5).getFloat(0, 0, 13, 17), padded.images(5).getFloat(0, 0, 15, 19));
  }

  @Test
  void captionsHaveTheRightArticle() {
    assertEquals("a photo of an ankle boot", FashionMnist.captions(9).get(0));
    assertEquals("a photo of a T-shirt", FashionMnist.captions(0).get(0));
    assertEquals(FashionMnist.captions(9), EMBEDDED.train().captions(0));
    assertTrue(FashionMnist.captions(9).contains(EMBEDDED.train().caption(0, 31)));
  }

  @Test
  void theHeldOutPicturesOfAFolderAreTheLastOfItsTestSet() throws IOException {
    write("train-images-idx3-ubyte.gz", images(5), true);
    write("train-labels-idx1-ubyte.gz", labels(5), true);
    write("t10k-images-idx3-ubyte", images(2003), false);
    write("t10k-labels-idx1-ubyte", labels(2003), false);
    FashionMnist set = FashionMnist.fromFolder(folder);
    assertEquals(5, set.train().size());
    assertEquals(2000, set.heldOut().size());
    // Picture i has label i % 10, and the first held out is picture 3.
    assertArrayEquals(new int[] {3, 4, 5}, set.heldOut().labels(0, 1, 2));
  }

  @Test
  void aMissingFileIsNamed() {
    InvalidFileException error =
        assertThrows(InvalidFileException.class, () -> FashionMnist.fromFolder(folder));
    assertTrue(error.getMessage().contains("train-images-idx3-ubyte.gz: there is no such file"));
    assertTrue(error.getMessage().contains("dataset-fashion-mnist"));
  }

  @Test
  void aTestSetTooSmallToHoldOutIsRefused() throws IOException {
    write("train-images-idx3-ubyte", images(5), false);
    write("train-labels-idx1-ubyte", labels(5), false);
    write("t10k-images-idx3-ubyte", images(7), false);
    write("t10k-labels-idx1-ubyte", labels(7), false);
    InvalidFileException error =
        assertThrows(InvalidFileException.class, () -> FashionMnist.fromFolder(folder));
    assertTrue(error.getMessage().endsWith("number of pictures (=7) must be at least 2000"));
  }

  @Test
  void theReaderFeedsDeeplearning4jsIterator() throws IOException, InterruptedException {
    write("b", images(7), false);
    write("a", labels(7), true);
    IdxRecordReader reader = new IdxRecordReader(FashionMnist.CLASS_NAMES);
    reader.initialize(new FileSplit(folder.toFile()));
    RecordReaderDataSetIterator iterator = new RecordReaderDataSetIterator(reader, 5, 1, 10);
    DataSet first = iterator.next();
    assertArrayEquals(new long[] {5, 1, 2, 3}, first.getFeatures().shape());
    assertArrayEquals(new long[] {5, 10}, first.getLabels().shape());
    assertEquals(1f, first.getLabels().getFloat(4, 4));
    assertEquals(2, iterator.next().numExamples());
    iterator.reset();
    assertEquals(5, iterator.next().numExamples());
  }

  private static byte[] images(int count) {
    byte[] values = new byte[count * 2 * 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) i;
    }
    return ByteBuffer.allocate(16 + values.length)
        .putInt(0x803)
        .putInt(count)
        .putInt(2)
        .putInt(3)
        .put(values)
        .array();
  }

  private static byte[] labels(int count) {
    ByteBuffer buffer = ByteBuffer.allocate(8 + count).putInt(0x801).putInt(count);
    IntStream.range(0, count).forEach(i -> buffer.put((byte) (i % 10)));
    return buffer.array();
  }

  private void write(String name, byte[] bytes, boolean zipped) throws IOException {
    try (OutputStream plain = Files.newOutputStream(folder.resolve(name));
        OutputStream out = zipped ? new GZIPOutputStream(plain) : plain) {
      out.write(bytes);
    }
  }
}
