package org.diffusion4j.core.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.datavec.api.split.CollectionInputSplit;
import org.datavec.api.split.FileSplit;
import org.datavec.api.split.InputSplit;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.files.FileLookup;
import org.diffusion4j.core.image.ColorMode;
import org.diffusion4j.core.image.PixelImage;
import org.diffusion4j.core.image.Resize;

/**
 * Reads a folder of captioned PNG and JPEG pictures.
 *
 * <p>The captions are in the first of these that the folder has:
 *
 * <ol>
 *   <li>{@code metadata.jsonl} or {@code captions.jsonl}: a JSON object a line with the picture's
 *       file in {@code file_name} or {@code image}, and a caption or a list of them in any of
 *       {@code text}, {@code caption}, {@code name}, {@code aliases};
 *   <li>{@code metadata.csv}: a table whose first line names columns as above, without line breaks
 *       in fields;
 *   <li>{@code captions.txt}: a file name, a tab or else a comma, and a caption a line;
 *   <li>a {@code .txt} file of the same name beside each picture, a caption a line.
 * </ol>
 *
 * <p>Pictures named in a caption file lie in the folder, or in the one zip file in it. A name that
 * leads out of the folder is refused; symbolic links are followed.
 *
 * <p>A record is the picture as {@link NDArrayWritable} [1,c,h,w] in [-1,1], then each caption as
 * {@link Text}. The picture is cropped to the middle and resized ({@link Resize#cover}); it is
 * decoded when its record is asked for. A file that is not what it should be ends the call with an
 * {@link InvalidFileException}.
 */
public final class CaptionedImageRecordReader extends PictureRecordReader {
  private static final long serialVersionUID = 1;
  private static final List<String> SUFFIXES = List.of(".png", ".jpg", ".jpeg");
  private static final long MAX_CAPTION_BYTES = 1 << 20;

  private final int height;
  private final int width;
  private final ColorMode mode;
  private transient Path folder;
  private transient List<CaptionedImage> images = List.of();
  private transient ImageSource source;

  /**
   * A reader that gives pictures of one size.
   *
   * @param height the height of the records' pictures in pixels
   * @param width the width of the records' pictures in pixels
   */
  public CaptionedImageRecordReader(int height, int width, ColorMode mode) {
    Require.positive("height", height);
    Require.positive("width", width);
    this.height = height;
    this.width = width;
    this.mode = mode;
  }

  /** The split for a folder, for {@link #initialize(InputSplit)}. */
  public static InputSplit split(Path folder) {
    return new CollectionInputSplit(List.of(folder.toUri()));
  }

  @Override
  void open(InputSplit split) throws IOException {
    close();
    folder = folder(split);
    if (!FileLookup.isFolder(folder)) {
      throw new InvalidFileException(folder, "there is no such folder");
    }
    List<CaptionedImage> found = captionedImages(folder);
    source = ImageSource.of(folder, found.get(0).fileName());
    images = found;
  }

  private static Path folder(InputSplit split) {
    if (split instanceof FileSplit files && FileLookup.isFolder(files.getRootDir().toPath())) {
      return files.getRootDir().toPath();
    }
    URI[] locations = split.locations();
    Require.that(
        locations.length == 1, "locations", Arrays.toString(locations), "must be one folder");
    return Path.of(locations[0]);
  }

  private static List<CaptionedImage> captionedImages(Path folder) throws IOException {
    for (CaptionFile file : CaptionFile.values()) {
      if (FileLookup.fileExists(folder.resolve(file.fileName()))) {
        return file.read(folder);
      }
    }
    List<CaptionedImage> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path image : files.filter(CaptionedImageRecordReader::isImage).sorted().toList()) {
        found.add(new CaptionedImage(image.getFileName().toString(), captionsBeside(image)));
      }
    }
    if (found.isEmpty()) {
      throw new InvalidFileException(
          folder,
          "must hold metadata.jsonl, metadata.csv, captions.jsonl, captions.txt, or pictures with a .txt beside"
              + " each");
    }
    return found;
  }

  private static boolean isImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return SUFFIXES.stream().anyMatch(name::endsWith);
  }

  private static List<String> captionsBeside(Path image) throws IOException {
    String name = image.getFileName().toString();
    Path file = image.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".txt");
    if (!FileLookup.fileExists(file)) {
      throw new InvalidFileException(image, "must have its captions beside it in " + file);
    }
    if (Files.size(file) > MAX_CAPTION_BYTES) {
      throw new InvalidFileException(
          file,
          "length (=" + Files.size(file) + ") must be at most " + MAX_CAPTION_BYTES + " bytes");
    }
    List<String> captions;
    try (Stream<String> lines = Files.lines(file)) {
      captions = lines.map(String::strip).filter(line -> !line.isEmpty()).toList();
    } catch (UncheckedIOException e) {
      throw new InvalidFileException(file, "must be UTF-8 text", e);
    }
    if (captions.isEmpty()) {
      throw new InvalidFileException(file, "must hold a caption");
    }
    return captions;
  }

  @Override
  int size() {
    return images == null ? 0 : images.size();
  }

  @Override
  URI location() {
    return folder.toUri();
  }

  @Override
  List<Writable> record(int index) {
    CaptionedImage image = images.get(index);
    PixelImage picture = Resize.cover(source.read(image.fileName(), mode), height, width);
    List<Writable> record = new ArrayList<>();
    record.add(new NDArrayWritable(picture.toArray()));
    image.captions().forEach(caption -> record.add(new Text(caption)));
    return record;
  }

  /** No labels: captions say what the pictures show. */
  @Override
  public List<String> getLabels() {
    return List.of();
  }

  /** Closes the files; the reader has no records until it is initialized again. */
  @Override
  public void close() {
    images = List.of();
    if (source != null) {
      source.close();
      source = null;
    }
  }
}
