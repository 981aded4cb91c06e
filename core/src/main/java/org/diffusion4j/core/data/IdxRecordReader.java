package org.diffusion4j.core.data;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.datavec.api.split.CollectionInputSplit;
import org.datavec.api.split.InputSplit;
import org.datavec.api.split.StreamInputSplit;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Writable;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.files.FileLookup;
import org.diffusion4j.core.image.PixelImage;

/**
 * Reads the gray pictures and labels of the MNIST family: IDX files of unsigned bytes.
 *
 * <p>The split names one file of pictures [n,h,w] and at most one of labels [n], in any order,
 * plain or gzipped. A {@link StreamInputSplit} reads them from wherever its function opens them,
 * such as a jar. A record is the picture as {@link NDArrayWritable} [1,1,h,w] in [-1,1], then the
 * label as {@link IntWritable} where there are labels. The bytes of the files stay in memory.
 *
 * <p>A file that is not what it should be ends {@link #initialize(InputSplit)} with an {@link
 * InvalidFileException}.
 */
public final class IdxRecordReader extends PictureRecordReader {
  private static final long serialVersionUID = 1;

  private final ArrayList<String> givenNames;
  private transient IdxTensor images;
  private transient IdxTensor labels;
  private transient URI location;

  /** A reader whose label names are the labels' digits. */
  public IdxRecordReader() {
    this(List.of());
  }

  /**
   * A reader with names for the labels.
   *
   * @param labelNames the name of label 0, of label 1, and so on; with none, their digits
   */
  public IdxRecordReader(List<String> labelNames) {
    givenNames = new ArrayList<>(labelNames);
  }

  /**
   * The split for files on disk, for {@link #initialize(InputSplit)}.
   *
   * @param files the file of pictures and, if there is one, that of labels
   */
  public static InputSplit split(Path... files) {
    return new CollectionInputSplit(Arrays.stream(files).map(Path::toUri).toList());
  }

  @Override
  void open(InputSplit split) throws IOException {
    images = null;
    labels = null;
    Path imagesFile = null;
    Path labelsFile = null;
    for (URI uri : split.locations()) {
      Path file = name(uri);
      IdxTensor tensor = read(split, uri, file);
      if (tensor.dimensions() == 3 && images == null) {
        images = tensor;
        imagesFile = file;
        location = uri;
      } else if (tensor.dimensions() == 1 && labels == null) {
        labels = tensor;
        labelsFile = file;
      } else {
        throw new InvalidFileException(
            file,
            "number of dimensions (="
                + tensor.dimensions()
                + ") must be 3 in the one file of pictures and 1 in the one file of labels");
      }
    }
    Require.that(
        images != null,
        "locations",
        Arrays.toString(split.locations()),
        "must hold a file of pictures");
    if (labels != null) {
      checkLabels(imagesFile, labelsFile);
    }
  }

  private static IdxTensor read(InputSplit split, URI uri, Path file) throws IOException {
    if (split instanceof StreamInputSplit streams) {
      try (InputStream stream = streams.getStreamCreatorFn().apply(uri)) {
        return IdxTensor.read(file, stream, Long.MAX_VALUE);
      }
    }
    if (!FileLookup.isFile(file)) {
      throw new InvalidFileException(file, "there is no such file");
    }
    try (InputStream stream = Files.newInputStream(file)) {
      return IdxTensor.read(file, stream, Files.size(file));
    }
  }

  private static Path name(URI uri) {
    return "file".equals(uri.getScheme())
        ? Path.of(uri)
        : Path.of(uri.getSchemeSpecificPart().replaceFirst("^.*!/", ""));
  }

  private void checkLabels(Path imagesFile, Path labelsFile) {
    if (labels.size(0) != images.size(0)) {
      throw new InvalidFileException(
          labelsFile,
          "number of labels (="
              + labels.size(0)
              + ") must be the number of pictures in "
              + imagesFile
              + " (="
              + images.size(0)
              + ")");
    }
    for (int i = 0; i < labels.size(0) && !givenNames.isEmpty(); i++) {
      if (label(i) >= givenNames.size()) {
        throw new InvalidFileException(
            labelsFile,
            "label "
                + i
                + " (="
                + label(i)
                + ") must be less than the number of label names (="
                + givenNames.size()
                + ")");
      }
    }
  }

  @Override
  int size() {
    return images == null ? 0 : images.size(0);
  }

  @Override
  URI location() {
    return location;
  }

  @Override
  List<Writable> record(int index) {
    int height = images.size(1);
    int width = images.size(2);
    int start = index * height * width;
    byte[] bytes = Arrays.copyOfRange(images.values(), start, start + height * width);
    NDArrayWritable picture =
        new NDArrayWritable(new PixelImage(1, height, width, bytes).toArray());
    return labels == null ? List.of(picture) : List.of(picture, new IntWritable(label(index)));
  }

  private int label(int index) {
    return Byte.toUnsignedInt(labels.values()[index]);
  }

  /** The names of the labels from 0 on; none where there is no file of labels. */
  @Override
  public List<String> getLabels() {
    if (labels == null) {
      return List.of();
    } else if (!givenNames.isEmpty()) {
      return List.copyOf(givenNames);
    }
    int greatest = IntStream.range(0, labels.size(0)).map(this::label).max().orElse(0);
    return IntStream.rangeClosed(0, greatest).mapToObj(Integer::toString).toList();
  }

  /** Gives the memory back; the reader has no records until it is initialized again. */
  @Override
  public void close() {
    images = null;
    labels = null;
  }
}
