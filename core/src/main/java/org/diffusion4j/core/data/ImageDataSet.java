package org.diffusion4j.core.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.datavec.api.records.reader.RecordReader;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.image.PixelImage;
import org.diffusion4j.core.random.Generator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Pictures of one size in memory, with a label and captions each: what training draws from.
 *
 * <p>A pixel takes one byte. The set does not change, and its views share its memory.
 */
public final class ImageDataSet {
  /** The pixel that padding is made of: black. */
  public static final float PADDING = -1;

  private static final int NO_LABEL = -1;

  private final List<Example> examples;
  private final List<String> labelNames;
  private final int height;
  private final int width;

  private record Example(PixelImage picture, int label, List<String> captions) {}

  private ImageDataSet(List<Example> examples, List<String> labelNames, int height, int width) {
    this.examples = examples;
    this.labelNames = labelNames;
    this.height = height;
    this.width = width;
  }

  /**
   * Every record that a reader has, from its first on.
   *
   * @param reader an initialized reader of records that hold a picture ({@link NDArrayWritable}
   *     [1,c,h,w] in [-1,1], c 1 or 3, all of one shape), at most one label ({@link IntWritable})
   *     and any number of captions ({@link Text})
   * @throws IllegalArgumentException if there are no records, or one is not like that
   */
  public static ImageDataSet read(RecordReader reader) {
    reader.reset();
    List<Example> examples = new ArrayList<>();
    while (reader.hasNext()) {
      Example example = example(reader.next(), examples.size());
      if (!examples.isEmpty()) {
        checkSameShape(examples.get(0).picture(), example.picture(), examples.size());
      }
      examples.add(example);
    }
    Require.positive("number of records", examples.size());
    List<String> labelNames = reader.getLabels();
    PixelImage first = examples.get(0).picture();
    return new ImageDataSet(
        List.copyOf(examples),
        labelNames == null ? List.of() : List.copyOf(labelNames),
        first.height(),
        first.width());
  }

  private static Example example(List<Writable> record, int index) {
    PixelImage picture = null;
    int label = NO_LABEL;
    List<String> captions = new ArrayList<>();
    for (Writable value : record) {
      if (value instanceof NDArrayWritable array && picture == null) {
        picture = PixelImage.of(array.get());
      } else if (value instanceof IntWritable number && label == NO_LABEL && number.get() >= 0) {
        label = number.get();
      } else if (value instanceof Text caption) {
        captions.add(caption.toString());
      } else {
        throw new IllegalArgumentException(
            "record "
                + index
                + " must hold one picture, at most one label from 0 on, and captions, but not "
                + value.getClass().getSimpleName()
                + " (="
                + value
                + ")");
      }
    }
    if (picture == null) {
      throw new IllegalArgumentException("record " + index + " must hold a picture");
    }
    return new Example(picture, label, List.copyOf(captions));
  }

  private static void checkSameShape(PixelImage first, PixelImage picture, int index) {
    int[] expected = {first.channels(), first.height(), first.width()};
    int[] shape = {picture.channels(), picture.height(), picture.width()};
    if (!Arrays.equals(expected, shape)) {
      throw new IllegalArgumentException(
          "shape of picture "
              + index
              + " (="
              + Arrays.toString(shape)
              + ") must be that of picture 0 (="
              + Arrays.toString(expected)
              + ")");
    }
  }

  /**
   * The pictures from {@code from} up to and without {@code to}; a view.
   *
   * @throws IndexOutOfBoundsException if the range is not within the set
   */
  public ImageDataSet slice(int from, int to) {
    return new ImageDataSet(examples.subList(from, to), labelNames, height, width);
  }

  /**
   * The pictures in the middle of a black square; a view.
   *
   * <p>Where the margin is odd, its larger half is below and to the right.
   *
   * @param side at least the height and the width
   */
  public ImageDataSet padded(int side) {
    Require.that(
        side >= height && side >= width,
        "side",
        side,
        "must be at least height (=" + height + ") and width (=" + width + ")");
    return new ImageDataSet(examples, labelNames, side, side);
  }

  /**
   * The same pictures with captions made from their labels; a view.
   *
   * @param captions the captions of label 0, of label 1, and so on
   * @throws IllegalArgumentException if there is a label without captions
   */
  public ImageDataSet captioned(List<List<String>> captions) {
    List<List<String>> copies = captions.stream().map(List::copyOf).toList();
    List<Example> captioned = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      int label = label(i);
      if (label >= copies.size()) {
        throw new IllegalArgumentException(
            "label "
                + i
                + " (="
                + label
                + ") must be less than the number of caption lists (="
                + copies.size()
                + ")");
      }
      captioned.add(new Example(examples.get(i).picture(), label, copies.get(label)));
    }
    return new ImageDataSet(List.copyOf(captioned), labelNames, height, width);
  }

  /**
   * A batch of pictures.
   *
   * @param indices n numbers of pictures
   * @return FLOAT [n,c,h,w] in [-1,1]
   * @throws IndexOutOfBoundsException if there is no such picture
   */
  public INDArray images(int... indices) {
    int channels = channels();
    float[] pixels = new float[Math.toIntExact((long) indices.length * channels * height * width)];
    Arrays.fill(pixels, PADDING);
    for (int n = 0; n < indices.length; n++) {
      PixelImage picture = examples.get(indices[n]).picture();
      int top = (height - picture.height()) / 2;
      int left = (width - picture.width()) / 2;
      byte[] values = picture.values();
      int source = 0;
      for (int channel = 0; channel < channels; channel++) {
        for (int y = 0; y < picture.height(); y++) {
          int target = ((n * channels + channel) * height + top + y) * width + left;
          for (int x = 0; x < picture.width(); x++) {
            pixels[target + x] = PixelImage.toPixel(values[source++]);
          }
        }
      }
    }
    return Nd4j.createFromArray(pixels).reshape('c', indices.length, channels, height, width);
  }

  /** The number of pictures. */
  public int size() {
    return examples.size();
  }

  /** The number of channels of every picture, 1 or 3. */
  public int channels() {
    return examples.get(0).picture().channels();
  }

  /** The height of every picture in pixels, padding included. */
  public int height() {
    return height;
  }

  /** The width of every picture in pixels, padding included. */
  public int width() {
    return width;
  }

  /**
   * The label of a picture.
   *
   * @throws IllegalStateException if it has none
   */
  public int label(int index) {
    int label = examples.get(index).label();
    if (label == NO_LABEL) {
      throw new IllegalStateException("picture " + index + " has no label");
    }
    return label;
  }

  /** The labels of a batch. */
  public int[] labels(int... indices) {
    return Arrays.stream(indices).map(this::label).toArray();
  }

  /** The names of the labels from 0 on; empty where pictures have no labels. */
  public List<String> labelNames() {
    return labelNames;
  }

  /** The captions of a picture, possibly none. */
  public List<String> captions(int index) {
    return examples.get(index).captions();
  }

  /**
   * One of the captions of a picture, the same one for the same seed.
   *
   * @param seed the seed of the choice, such as the run's seed plus the step
   * @throws IllegalStateException if the picture has no captions
   */
  public String caption(int index, long seed) {
    List<String> captions = captions(index);
    if (captions.isEmpty()) {
      throw new IllegalStateException("picture " + index + " has no captions");
    }
    return captions.get(
        (int) Long.remainderUnsigned(Generator.derive(seed, index), captions.size()));
  }

  /** The order in which a training run with this seed takes the pictures. */
  public EpochOrder order(long seed) {
    return new EpochOrder(size(), seed);
  }
}
