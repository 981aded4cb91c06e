package org.diffusion4j.core.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.datavec.api.records.reader.impl.collection.CollectionRecordReader;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.diffusion4j.core.image.PixelImage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class ImageDataSetTest {

  @Test
  void recordsOfAnyReaderBecomeExamples() {
    ImageDataSet set = set();
    assertEquals(5, set.size());
    assertArrayEquals(new int[] {3, 2, 7}, new int[] {set.channels(), set.height(), set.width()});
    assertArrayEquals(new int[] {4, 0, 4}, set.labels(4, 0, 4));
    assertEquals(List.of("caption 2", "text 2"), set.captions(2));
    INDArray images = set.images(3, 1);
    assertArrayEquals(new long[] {2, 3, 2, 7}, images.shape());
    assertEquals(picture(3).toArray(), images.slice(0).reshape(1, 3, 2, 7));
    assertEquals(picture(1).toArray(), images.slice(1).reshape(1, 3, 2, 7));
  }

  @Test
  void slicesCountFromTheirStart() {
    ImageDataSet slice = set().slice(2, 5).slice(1, 2);
    assertEquals(1, slice.size());
    assertEquals(3, slice.label(0));
    assertEquals(picture(3).toArray(), slice.images(0));
    assertThrows(IndexOutOfBoundsException.class, () -> set().slice(3, 6));
    assertThrows(IndexOutOfBoundsException.class, () -> slice.images(1));
  }

  @Test
  void paddingIsBlackAndThePictureInTheMiddle() {
    ImageDataSet padded = set().padded(11);
    assertEquals(11, padded.height());
    assertEquals(11, padded.width());
    INDArray image = padded.images(2);
    // (11 - 2) / 2 = 4 rows above, (11 - 7) / 2 = 2 columns to the left.
    for (int channel = 0; channel < 3; channel++) {
      for (int y = 0; y < 11; y++) {
        for (int x = 0; x < 11; x++) {
          boolean inside = y >= 4 && y < 6 && x >= 2 && x < 9;
          float expected = inside ? picture(2).toArray().getFloat(0, channel, y - 4, x - 2) : -1;
          assertEquals(expected, image.getFloat(0, channel, y, x));
        }
      }
    }
    assertEquals(
        "side (=5) must be at least height (=2) and width (=7)",
        assertThrows(IllegalArgumentException.class, () -> set().padded(5)).getMessage());
  }

  @Test
  void theSameSeedChoosesTheSameCaptionAndAllAreChosen() {
    ImageDataSet set = set();
    assertEquals(set.caption(3, 17), set().caption(3, 17));
    List<String> chosen =
        IntStream.range(0, 50).mapToObj(seed -> set.caption(3, seed)).distinct().sorted().toList();
    assertEquals(set.captions(3), chosen);
  }

  @Test
  void captionsCanBeMadeFromLabels() {
    List<List<String>> captions =
        IntStream.range(0, 5).mapToObj(label -> List.of("class " + label)).toList();
    assertEquals(List.of("class 3"), set().captioned(captions).captions(3));
    assertEquals(
        "label 2 (=2) must be less than the number of caption lists (=2)",
        assertThrows(IllegalArgumentException.class, () -> set().captioned(captions.subList(0, 2)))
            .getMessage());
  }

  @Test
  void whatAPictureLacksIsNamed() {
    ImageDataSet bare = read(List.of(List.of(array(picture(0)))));
    assertEquals(
        "picture 0 has no label",
        assertThrows(IllegalStateException.class, () -> bare.label(0)).getMessage());
    assertEquals(
        "picture 0 has no captions",
        assertThrows(IllegalStateException.class, () -> bare.caption(0, 1)).getMessage());
  }

  @Test
  void recordsThatAreNoExamplesAreRefused() {
    assertRefused("number of records (=0) must be positive", List.of());
    assertRefused("record 0 must hold a picture", List.of(List.of(new IntWritable(1))));
    assertRefused(
        "record 1 must hold one picture, at most one label from 0 on, and captions, but not"
            + " IntWritable (=-1)",
        List.of(List.of(array(picture(0))), List.of(array(picture(0)), new IntWritable(-1))));
    PixelImage other = new PixelImage(3, 7, 2, new byte[42]);
    assertRefused(
        "shape of picture 1 (=[3, 7, 2]) must be that of picture 0 (=[3, 2, 7])",
        List.of(List.of(array(picture(0))), List.of(array(other))));
  }

  @Test
  void theOrderIsThatOfTheSeed() {
    assertEquals(new EpochOrder(5, 31), set().order(31));
  }

  private static void assertRefused(String message, List<List<Writable>> records) {
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> read(records));
    assertTrue(error.getMessage().startsWith(message), error.getMessage());
  }

  private static ImageDataSet set() {
    return read(
        IntStream.range(0, 5)
            .mapToObj(
                i ->
                    List.of(
                        array(picture(i)),
                        new IntWritable(i),
                        new Text("caption " + i),
                        new Text("text " + i)))
            .toList());
  }

  private static ImageDataSet read(List<List<Writable>> records) {
    return ImageDataSet.read(new CollectionRecordReader(records));
  }

  private static Writable array(PixelImage picture) {
    return new NDArrayWritable(picture.toArray());
  }

  private static PixelImage picture(int seed) {
    byte[] values = new byte[3 * 2 * 7];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) (i * 37 + seed * 101);
    }
    return new PixelImage(3, 2, 7, values);
  }
}
