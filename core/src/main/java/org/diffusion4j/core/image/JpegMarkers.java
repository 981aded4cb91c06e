package org.diffusion4j.core.image;

import java.nio.file.Path;
import java.util.Locale;
import org.diffusion4j.core.InvalidFileException;

/**
 * The structure of a JPEG file, checked before anything is decoded.
 *
 * <p>A decoder allocates what the frame header says, and goes over the whole picture once for every
 * scan. Markers are looked for as libjpeg does it, so that no scan is overlooked.
 */
final class JpegMarkers {
  /** Progressive files have about ten; encoders that search for the best division stay below. */
  static final int MAX_SCANS = 64;

  /** A bit for each block of 8 x 8 values is the least that Huffman codes need. */
  static final long MAX_PIXELS_PER_BYTE = 8 * 64;

  private static final int START_OF_IMAGE = 0xd8;
  private static final int END_OF_IMAGE = 0xd9;
  private static final int START_OF_SCAN = 0xda;
  private static final int TEMPORARY = 0x01;
  private static final int FIRST_RESTART = 0xd0;

  /** Length, precision, height and width. */
  private static final int FRAME_HEADER_BYTES = 7;

  private static final int LENGTH_BYTES = 2;

  private final Path file;
  private final byte[] bytes;
  private int position;
  private int scans;

  private JpegMarkers(Path file, byte[] encoded) {
    this.file = file;
    bytes = encoded;
  }

  /** Whether the bytes begin as a JPEG file does. */
  static boolean isJpeg(byte[] encoded) {
    return encoded.length > 1 && encoded[0] == (byte) 0xff && encoded[1] == (byte) START_OF_IMAGE;
  }

  /**
   * Checks a file.
   *
   * @throws InvalidFileException if a header is cut off, if there are too many scans, or if the
   *     file cannot hold the pixels of its header
   */
  static void check(Path file, byte[] encoded) {
    new JpegMarkers(file, encoded).check();
  }

  private void check() {
    for (int marker = nextMarker(); marker != END_OF_IMAGE; marker = nextMarker()) {
      boolean alone = marker == TEMPORARY || (marker >= FIRST_RESTART && marker <= START_OF_IMAGE);
      if (!alone) {
        checkSegment(marker);
      }
    }
  }

  /** The code of the next marker, the end of the image where there is none. */
  private int nextMarker() {
    while (position < bytes.length) {
      boolean prefixed = bytes[position++] == (byte) 0xff;
      while (prefixed && position < bytes.length && bytes[position] == (byte) 0xff) {
        position++;
      }
      if (prefixed && position < bytes.length && bytes[position] != 0) {
        return Byte.toUnsignedInt(bytes[position++]);
      }
    }
    return END_OF_IMAGE;
  }

  private void checkSegment(int marker) {
    int length = position + LENGTH_BYTES <= bytes.length ? uint16(position) : 0;
    if (length < LENGTH_BYTES || length > bytes.length - position) {
      throw new InvalidFileException(
          file,
          String.format(
              Locale.ROOT,
              "length of segment 0x%02x (=%d) must be from %d to the %d bytes that are left",
              marker,
              length,
              LENGTH_BYTES,
              bytes.length - position));
    }
    if (isFrameHeader(marker) && length >= FRAME_HEADER_BYTES) {
      checkSize(uint16(position + 5), uint16(position + 3));
    }
    if (marker == START_OF_SCAN && ++scans > MAX_SCANS) {
      throw new InvalidFileException(file, "number of scans must be at most " + MAX_SCANS);
    }
    position += length;
  }

  /** Those from 0xc0 on, without the tables of Huffman and arithmetic codes and an extension. */
  private static boolean isFrameHeader(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private void checkSize(int width, int height) {
    ImageDecoder.checkSize(file, width, height);
    if ((long) width * height > MAX_PIXELS_PER_BYTE * bytes.length) {
      throw new InvalidFileException(
          file,
          String.format(
              Locale.ROOT,
              "number of pixels (=%d x %d) must be at most %d for each of its %d bytes",
              width,
              height,
              MAX_PIXELS_PER_BYTE,
              bytes.length));
    }
  }

  private int uint16(int at) {
    return Byte.toUnsignedInt(bytes[at]) << Byte.SIZE | Byte.toUnsignedInt(bytes[at + 1]);
  }
}
