package org.diffusion4j.core.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.files.FileLookup;
import org.diffusion4j.core.image.ColorMode;
import org.diffusion4j.core.image.ImageFiles;
import org.diffusion4j.core.image.PixelImage;

/** Where the pictures of a captioned folder lie. */
interface ImageSource extends Closeable {

  /**
   * The picture of a name.
   *
   * @throws InvalidFileException if there is none, or it is damaged
   */
  PixelImage read(String name, ColorMode mode);

  @Override
  void close();

  /** The folder itself, or the one zip file in it where it does not have the first picture. */
  static ImageSource of(Path folder, String firstName) {
    if (FileLookup.fileExists(folder.resolve(firstName))) {
      return new Folder(folder);
    }
    List<Path> zips;
    try (Stream<Path> files = Files.list(folder)) {
      zips = files.filter(file -> file.toString().endsWith(".zip")).toList();
    } catch (IOException e) {
      throw new InvalidFileException(folder, "cannot be listed: " + e.getMessage(), e);
    }
    if (zips.size() != 1) {
      return new Folder(folder);
    }
    try {
      return new Zip(zips.get(0), new ZipFile(zips.get(0).toFile()));
    } catch (IOException e) {
      throw new InvalidFileException(zips.get(0), "is no zip file: " + e.getMessage(), e);
    }
  }

  /** Pictures as files. */
  record Folder(Path folder) implements ImageSource {
    @Override
    public PixelImage read(String name, ColorMode mode) {
      return ImageFiles.readPixels(folder.resolve(name), mode);
    }

    @Override
    public void close() {}
  }

  /** Pictures as the entries of a zip file. */
  record Zip(Path file, ZipFile zip) implements ImageSource {
    private static final int MAX_ENTRY_BYTES = 64 << 20;

    @Override
    public PixelImage read(String name, ColorMode mode) {
      Path place = file.resolve(name);
      ZipEntry entry = zip.getEntry(name);
      if (entry == null) {
        throw new InvalidFileException(place, "there is no such entry");
      }
      try (InputStream stream = zip.getInputStream(entry)) {
        byte[] encoded = stream.readNBytes(MAX_ENTRY_BYTES + 1);
        if (encoded.length > MAX_ENTRY_BYTES) {
          throw new InvalidFileException(
              place, "length must be at most " + MAX_ENTRY_BYTES + " bytes");
        }
        return ImageFiles.decode(place, encoded, mode);
      } catch (IOException e) {
        throw new InvalidFileException(place, "is damaged: " + e.getMessage(), e);
      }
    }

    @Override
    public void close() {
      try {
        zip.close();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot close " + file, e);
      }
    }
  }
}
