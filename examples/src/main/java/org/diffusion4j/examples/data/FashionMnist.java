package org.diffusion4j.examples.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.datavec.api.split.InputSplit;
import org.datavec.api.split.StreamInputSplit;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.data.IdxRecordReader;
import org.diffusion4j.core.data.ImageDataSet;
import org.diffusion4j.core.files.FileLookup;

/**
 * Fashion-MNIST: gray pictures [1,28,28] of clothes, with labels and captions.
 *
 * <p>Whichever way the set is opened, the held-out pictures are the last 2,000 of the original test
 * set and never among those trained on, so measurements compare.
 *
 * @param train the pictures to train on
 * @param heldOut the pictures to measure on
 */
public record FashionMnist(ImageDataSet train, ImageDataSet heldOut) {
  /** The names of labels 0 to 9. */
  public static final List<String> CLASS_NAMES =
      List.of(
          "T-shirt/top",
          "trouser",
          "pullover",
          "dress",
          "coat",
          "sandal",
          "shirt",
          "sneaker",
          "bag",
          "ankle boot");

  /** What captions say, with the class in the place of the braces. */
  public static final List<String> CAPTION_TEMPLATES =
      List.of(
          "a photo of {}",
          "a picture of {}",
          "an image of {}",
          "a black and white photo of {}",
          "a product photo of {}",
          "{}");

  private static final int HELD_OUT = 2000;
  private static final String RESOURCES = "fashion-mnist/";
  private static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
  private static final String TEST_LABELS = "t10k-labels-idx1-ubyte";
  private static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
  private static final String TRAIN_LABELS = "train-labels-idx1-ubyte";

  /**
   * The test set, which comes with the jar: 8,000 pictures to train on and 2,000 held out.
   *
   * @throws UncheckedIOException if the jar cannot be read
   */
  public static FashionMnist embedded() {
    List<URI> files = List.of(resource(TEST_IMAGES + ".gz"), resource(TEST_LABELS + ".gz"));
    ImageDataSet test = read(new StreamInputSplit(files, FashionMnist::open));
    int trained = test.size() - HELD_OUT;
    return new FashionMnist(test.slice(0, trained), test.slice(trained, test.size()));
  }

  /**
   * The whole set from a folder: 60,000 pictures to train on and the last 2,000 of the test set.
   *
   * <p>The folder holds the four original files, gzipped or plain, as Debian's package {@code
   * dataset-fashion-mnist} installs them in {@code /usr/share/datasets/fashion-mnist}.
   *
   * @throws InvalidFileException if a file is missing or is not what its name says
   */
  public static FashionMnist fromFolder(Path folder) {
    ImageDataSet train =
        read(IdxRecordReader.split(file(folder, TRAIN_IMAGES), file(folder, TRAIN_LABELS)));
    Path testImages = file(folder, TEST_IMAGES);
    ImageDataSet test = read(IdxRecordReader.split(testImages, file(folder, TEST_LABELS)));
    if (test.size() < HELD_OUT) {
      throw new InvalidFileException(
          testImages, "number of pictures (=" + test.size() + ") must be at least " + HELD_OUT);
    }
    return new FashionMnist(train, test.slice(test.size() - HELD_OUT, test.size()));
  }

  /** Whether a folder holds pictures of the set. */
  public static boolean isIn(Path folder) {
    return FileLookup.fileExists(folder.resolve(TRAIN_IMAGES))
        || FileLookup.fileExists(folder.resolve(TRAIN_IMAGES + ".gz"));
  }

  /**
   * The captions of a class, one for each template: "a photo of an ankle boot".
   *
   * <p>Label 0, whose name is two things, is "a T-shirt".
   *
   * @throws IndexOutOfBoundsException if there is no such label
   */
  public static List<String> captions(int label) {
    String name = CLASS_NAMES.get(label).replace("/top", "");
    String article = "aeiou".indexOf(name.charAt(0)) >= 0 ? "an " : "a ";
    return CAPTION_TEMPLATES.stream()
        .map(template -> template.replace("{}", article + name))
        .toList();
  }

  private static ImageDataSet read(InputSplit split) {
    try (IdxRecordReader reader = new IdxRecordReader(CLASS_NAMES)) {
      reader.initialize(split);
      List<List<String>> captions =
          IntStream.range(0, CLASS_NAMES.size()).mapToObj(FashionMnist::captions).toList();
      return ImageDataSet.read(reader).captioned(captions);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read Fashion-MNIST", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading Fashion-MNIST", e);
    }
  }

  private static Path file(Path folder, String name) {
    Path zipped = folder.resolve(name + ".gz");
    Path plain = folder.resolve(name);
    if (FileLookup.fileExists(zipped)) {
      return zipped;
    } else if (FileLookup.fileExists(plain)) {
      return plain;
    }
    throw new InvalidFileException(
        zipped,
        "there is no such file, nor "
            + name
            + " without .gz (Debian's package dataset-fashion-mnist puts the files in"
            + " /usr/share/datasets/fashion-mnist)");
  }

  private static URI resource(String name) {
    URL url = FashionMnist.class.getResource(RESOURCES + name);
    if (url == null) {
      throw new UncheckedIOException(new IOException("the jar lacks " + RESOURCES + name));
    }
    try {
      return url.toURI();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("URL of " + name + " (=" + url + ") must be a URI", e);
    }
  }

  private static InputStream open(URI uri) {
    try {
      return uri.toURL().openStream();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open " + uri, e);
    }
  }
}
