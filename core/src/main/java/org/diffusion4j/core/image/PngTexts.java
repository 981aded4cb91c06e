package org.diffusion4j.core.image;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.files.FileLookup;

/** The texts of a PNG file (PNG specification, 11.3.4 Textual information). */
final class PngTexts {
  /** The most bytes of one text, as Pillow has it. */
  static final int MAX_TEXT_BYTES = 1 << 20;

  /** The most bytes of all texts, as Pillow has it. */
  static final long MAX_TOTAL_BYTES = 64L * MAX_TEXT_BYTES;

  private static final long SIGNATURE = 0x89504e470d0a1a0aL;
  private static final int TYPE_BYTES = 4;

  /** The length and the type of a chunk. */
  private static final int HEAD_BYTES = Integer.BYTES + TYPE_BYTES;

  private final Path file;
  private final FileChannel channel;
  private final Map<String, String> texts = new LinkedHashMap<>();
  private long total;

  private PngTexts(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  static Map<String, String> read(Path file) {
    if (!FileLookup.isFile(file)) {
      throw new InvalidFileException(file, "there is no such file");
    }
    try (FileChannel channel = FileChannel.open(file)) {
      PngTexts reader = new PngTexts(file, channel);
      reader.readChunks();
      return reader.texts;
    } catch (EOFException e) {
      throw new InvalidFileException(file, "ends before its last chunk", e);
    } catch (IOException e) {
      throw new InvalidFileException(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  private void readChunks() throws IOException {
    if (channel.size() < Long.BYTES || bytes(Long.BYTES).getLong() != SIGNATURE) {
      throw invalid("must be a PNG picture");
    }
    String type;
    do {
      ByteBuffer head = bytes(HEAD_BYTES);
      long length = Integer.toUnsignedLong(head.getInt());
      type = StandardCharsets.ISO_8859_1.decode(head).toString();
      long end = channel.position() + length + Integer.BYTES;
      if (end > channel.size()) {
        throw new EOFException();
      }
      switch (type) {
        case "tEXt" -> put(new Text(chunk(type, length)).latin1());
        case "zTXt" -> put(new Text(chunk(type, length)).compressedLatin1());
        case "iTXt" -> put(new Text(chunk(type, length)).international());
        default -> {}
      }
      channel.position(end);
    } while (!type.equals("IEND"));
  }

  /** The data of a chunk, at whose beginning the channel stands. */
  private ByteBuffer chunk(String type, long length) throws IOException {
    requireAtMost("length of chunk " + type, length, MAX_TEXT_BYTES);
    ByteBuffer data = bytes(Math.toIntExact(length));
    CRC32 sum = new CRC32();
    sum.update(type.getBytes(StandardCharsets.ISO_8859_1));
    sum.update(data.duplicate());
    if (bytes(Integer.BYTES).getInt() != (int) sum.getValue()) {
      throw invalid("chunk " + type + " must have the checksum that follows it");
    }
    return data;
  }

  private ByteBuffer bytes(int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException();
      }
    }
    return buffer.flip();
  }

  private void put(Map.Entry<String, String> text) {
    texts.put(text.getKey(), text.getValue());
  }

  private void requireAtMost(String name, long value, long limit) {
    if (value > limit) {
      throw invalid(name + " (=" + value + ") must be at most " + limit + " bytes");
    }
  }

  private InvalidFileException invalid(String problem) {
    return new InvalidFileException(file, problem);
  }

  /** What a chunk says. */
  private final class Text {
    private final ByteBuffer data;
    private final String keyword;

    Text(ByteBuffer data) {
      this.data = data;
      this.keyword = upToZero();
    }

    Map.Entry<String, String> latin1() {
      return entry(rest(), StandardCharsets.ISO_8859_1);
    }

    Map.Entry<String, String> compressedLatin1() {
      requireDeflate();
      return entry(inflated(), StandardCharsets.ISO_8859_1);
    }

    Map.Entry<String, String> international() {
      boolean compressed = next() != 0;
      if (compressed) {
        requireDeflate();
      } else {
        next();
      }
      // Language and translated keyword.
      upToZero();
      upToZero();
      return entry(compressed ? inflated() : rest(), StandardCharsets.UTF_8);
    }

    private Map.Entry<String, String> entry(byte[] encoded, Charset charset) {
      total += encoded.length;
      requireAtMost("length of all texts", total, MAX_TOTAL_BYTES);
      try {
        return Map.entry(keyword, charset.newDecoder().decode(ByteBuffer.wrap(encoded)).toString());
      } catch (CharacterCodingException e) {
        throw new InvalidFileException(
            file, "text of " + Texts.quote(keyword) + " must be encoded in " + charset, e);
      }
    }

    private String upToZero() {
      int start = data.position();
      while (next() != 0) {
        // Goes on to the byte after the zero.
      }
      ByteBuffer before = data.slice(start, data.position() - 1 - start);
      return StandardCharsets.ISO_8859_1.decode(before).toString();
    }

    private byte next() {
      if (!data.hasRemaining()) {
        throw invalid("chunk of a text ends before its text");
      }
      return data.get();
    }

    private byte[] rest() {
      byte[] rest = new byte[data.remaining()];
      data.get(rest);
      return rest;
    }

    private void requireDeflate() {
      int method = Byte.toUnsignedInt(next());
      if (method != 0) {
        throw invalid(
            "compression method of " + Texts.quote(keyword) + " (=" + method + ") must be 0");
      }
    }

    private byte[] inflated() {
      byte[] text =
          new byte[(int) Math.min(MAX_TEXT_BYTES, PngChunks.MAX_EXPANSION * data.remaining()) + 1];
      Inflater inflater = new Inflater();
      try {
        inflater.setInput(rest());
        int length = 0;
        int count;
        do {
          count = inflater.inflate(text, length, text.length - length);
          length += count;
        } while (count > 0);
        requireAtMost("length of the text of " + Texts.quote(keyword), length, MAX_TEXT_BYTES);
        if (!inflater.finished()) {
          throw invalid("compressed text of " + Texts.quote(keyword) + " must not be cut off");
        }
        return Arrays.copyOf(text, length);
      } catch (DataFormatException e) {
        throw new InvalidFileException(
            file, "compressed text of " + Texts.quote(keyword) + " must be a zlib stream", e);
      } finally {
        inflater.end();
      }
    }
  }
}
