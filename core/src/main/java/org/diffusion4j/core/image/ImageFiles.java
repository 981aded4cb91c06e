package org.diffusion4j.core.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.files.AtomicFiles;
import org.diffusion4j.core.files.FileLookup;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * PNG and JPEG files to arrays, and arrays to PNG files.
 *
 * <p>Transparent pictures are laid on white unless asked otherwise. A picture may have at most
 * {@link #MAX_PIXELS} pixels; its header is checked before anything is decoded. A PNG file of which
 * a part of the picture is damaged is refused, and one of either format whose compressed data
 * cannot hold the pixels of its header. The JDK's decoders read both, whatever plug-ins of Image
 * I/O the class path has.
 */
public final class ImageFiles {
  /** The most pixels of a picture that is read: 64 megapixels. */
  public static final long MAX_PIXELS = 64L << 20;

  /** A byte a pixel more than they take uncompressed, with four samples of 16 bits. */
  private static final long MAX_FILE_BYTES = 9 * MAX_PIXELS;

  private ImageFiles() {}

  /**
   * The picture in a file as FLOAT [1,c,h,w] in [-1,1].
   *
   * @throws InvalidFileException if the file is missing, too large, damaged or no PNG or JPEG
   */
  public static INDArray read(Path file, ColorMode mode) {
    return readPixels(file, mode).toArray();
  }

  /**
   * The picture in a file as bytes.
   *
   * @throws InvalidFileException if the file is missing, too large, damaged or no PNG or JPEG
   */
  public static PixelImage readPixels(Path file, ColorMode mode) {
    return readPixels(file, mode, Transparency.ON_WHITE);
  }

  /**
   * The picture in a file as bytes.
   *
   * @param transparency what becomes of the transparency of the file
   * @throws InvalidFileException if the file is missing, too large, damaged or no PNG or JPEG
   */
  public static PixelImage readPixels(Path file, ColorMode mode, Transparency transparency) {
    if (!FileLookup.isFile(file)) {
      throw new InvalidFileException(file, "there is no such file");
    }
    try {
      long size = Files.size(file);
      if (size > MAX_FILE_BYTES) {
        throw new InvalidFileException(
            file, "size (=" + size + ") must be at most " + MAX_FILE_BYTES + " bytes");
      }
      return ImageDecoder.decode(file, Files.readAllBytes(file), mode, transparency);
    } catch (IOException e) {
      throw new InvalidFileException(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * The picture that the bytes of a PNG or JPEG file hold.
   *
   * @param file what errors name as the place of the bytes
   * @throws InvalidFileException if the picture is too large, damaged or no PNG or JPEG
   */
  public static PixelImage decode(Path file, byte[] encoded, ColorMode mode) {
    return ImageDecoder.decode(file, encoded, mode, Transparency.ON_WHITE);
  }

  /**
   * Writes a picture as PNG.
   *
   * @param image [c,h,w] or [1,c,h,w] in [-1,1] with c 1 or 3; values beyond are clamped
   * @throws UncheckedIOException if the file cannot be written; one that was there is unharmed
   */
  public static void write(Path file, INDArray image) {
    write(file, PixelImage.of(image), Map.of());
  }

  /**
   * Writes a picture as PNG with texts beside the pixels, such as the prompt and the seed.
   *
   * <p>The file appears whole or not at all. The same picture and texts give the same bytes.
   *
   * @param texts by keyword of 1 to 79 Latin-1 characters, in the order of the map; stored as tEXt
   *     where the text is Latin-1 and as iTXt elsewhere
   * @throws IllegalArgumentException if a keyword is none
   * @throws UncheckedIOException if the file cannot be written; one that was there is unharmed
   */
  public static void write(Path file, PixelImage image, Map<String, String> texts) {
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    try {
      PngEncoder.encode(image, texts, encoded);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot encode " + file, e);
    }
    try {
      AtomicFiles.write(file, encoded.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * The texts beside the pixels of a PNG file, such as the prompt and the seed; compressed ones
   * too.
   *
   * @return by keyword in the order of the file; of several with one keyword, the last
   * @throws InvalidFileException if the file is missing, damaged or no PNG, or if a text has more
   *     than 1 MiB or all have more than 64 MiB
   */
  public static Map<String, String> texts(Path file) {
    return PngTexts.read(file);
  }
}
