package org.diffusion4j.core.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.zip.CRC32;
import org.diffusion4j.core.InvalidFileException;

/**
 * The structure of a PNG file, checked before anything is decoded.
 *
 * <p>The JDK's decoder allocates what the header says, and unpacks texts and color profiles of any
 * length. It is given the chunks of the picture alone, and only where their data can hold the
 * pixels.
 */
final class PngChunks {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  /** Those that say what the pixels are. */
  private static final Set<String> PICTURE = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");

  /** The bytes of a chunk beside its data: length, type and checksum. */
  private static final int FRAME_BYTES = 12;

  private static final int TYPE_BYTES = 4;
  private static final int HEADER_BYTES = 13;

  /** Deflate's best: two bits for a run of 258 bytes. */
  static final long MAX_EXPANSION = 1032;

  private final Path file;
  private final ByteBuffer bytes;
  private final ByteArrayOutputStream picture = new ByteArrayOutputStream();
  private long rowsBytes;
  private long dataBytes;

  private PngChunks(Path file, byte[] encoded) {
    this.file = file;
    bytes = ByteBuffer.wrap(encoded);
  }

  /** Whether the bytes begin as a PNG file does. */
  static boolean isPng(byte[] encoded) {
    return Arrays.equals(
        SIGNATURE, 0, SIGNATURE.length, encoded, 0, Math.min(SIGNATURE.length, encoded.length));
  }

  /**
   * The file without the chunks that are no part of the picture.
   *
   * @throws InvalidFileException if a chunk is cut off, if one of the picture is damaged, or if the
   *     header is not of a picture that the data can hold
   */
  static byte[] ofPicture(Path file, byte[] encoded) {
    PngChunks chunks = new PngChunks(file, encoded);
    chunks.copy();
    return chunks.picture.toByteArray();
  }

  private void copy() {
    picture.writeBytes(SIGNATURE);
    bytes.position(SIGNATURE.length);
    String type = "";
    boolean first = true;
    while (!type.equals("IEND")) {
      if (bytes.remaining() < FRAME_BYTES) {
        throw invalid("ends before its last chunk");
      }
      int start = bytes.position();
      int length = bytes.getInt();
      byte[] name = new byte[TYPE_BYTES];
      bytes.get(name);
      type = new String(name, StandardCharsets.ISO_8859_1);
      if (length < 0 || length > bytes.remaining() - Integer.BYTES) {
        throw invalid(
            String.format(
                Locale.ROOT,
                "length of a chunk (=%s) must be at most the %d bytes that follow it",
                Integer.toUnsignedString(length),
                bytes.remaining() - Integer.BYTES));
      }
      if (first != type.equals("IHDR")) {
        throw invalid("must begin with its one header");
      }
      first = false;
      int data = bytes.position();
      bytes.position(data + length + Integer.BYTES);
      if (PICTURE.contains(type)) {
        checkSum(type, data - TYPE_BYTES, TYPE_BYTES + length);
        check(type, data, length);
        picture.write(bytes.array(), start, length + FRAME_BYTES);
      }
    }
    if (rowsBytes > MAX_EXPANSION * dataBytes) {
      throw invalid(
          String.format(
              Locale.ROOT,
              "rows (=%d bytes) must be at most %d times the compressed data (=%d bytes)",
              rowsBytes,
              MAX_EXPANSION,
              dataBytes));
    }
  }

  private void checkSum(String type, int start, int length) {
    CRC32 sum = new CRC32();
    sum.update(bytes.array(), start, length);
    if ((int) sum.getValue() != bytes.getInt(start + length)) {
      throw invalid("chunk " + type + " must have the checksum that follows it");
    }
  }

  private void check(String type, int data, int length) {
    switch (type) {
      case "IHDR" -> checkHeader(data, length);
      case "IDAT" -> dataBytes += length;
      default -> {}
    }
  }

  private void checkHeader(int data, int length) {
    if (length != HEADER_BYTES) {
      throw invalid("length of the header (=" + length + ") must be " + HEADER_BYTES);
    }
    int width = bytes.getInt(data);
    int height = bytes.getInt(data + 4);
    int bitDepth = bytes.get(data + 8);
    int colorType = bytes.get(data + 9);
    if (width < 1 || height < 1) {
      throw invalid(
          String.format(
              Locale.ROOT,
              "size (=%s x %s) must be from 1 to 2^31 - 1",
              Integer.toUnsignedString(width),
              Integer.toUnsignedString(height)));
    }
    ImageDecoder.checkSize(file, width, height);
    int samples = samplesPerPixel(colorType, bitDepth);
    long rowBits = (long) width * samples * bitDepth;
    rowsBytes = height * ((rowBits + Byte.SIZE - 1) / Byte.SIZE + 1);
  }

  /** The combinations that there are (PNG specification, 11.2.2 Image header). */
  private int samplesPerPixel(int colorType, int bitDepth) {
    boolean packed = bitDepth == 1 || bitDepth == 2 || bitDepth == 4;
    boolean whole = bitDepth == 8 || bitDepth == 16;
    int samples =
        switch (colorType) {
          case 0 -> packed || whole ? 1 : 0;
          case 2 -> whole ? 3 : 0;
          case 3 -> packed || bitDepth == 8 ? 1 : 0;
          case 4 -> whole ? 2 : 0;
          case 6 -> whole ? 4 : 0;
          default -> 0;
        };
    if (samples == 0) {
      throw invalid(
          String.format(
              Locale.ROOT, "color type %d with %d bits must be one of PNG", colorType, bitDepth));
    }
    return samples;
  }

  private InvalidFileException invalid(String problem) {
    return new InvalidFileException(file, problem);
  }
}
