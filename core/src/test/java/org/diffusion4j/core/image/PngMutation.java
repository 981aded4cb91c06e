package org.diffusion4j.core.image;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.diffusion4j.core.testing.ByteMutation;
import org.diffusion4j.core.testing.Mutation;

/** Changes the chunks of a PNG file, whose lengths and checksums then mostly fit. */
final class PngMutation implements Mutation {
  private static final int SIGNATURE_BYTES = 8;
  private static final int BOMB_BYTES = 1 << 22;
  private static final int MOST_CHANGES = 3;
  private static final int KINDS = 10;

  private static final int[] SIDES = {
    0, 1, 2, 3, 64, 1000, 8192, 1 << 16, 1 << 20, 1 << 26, Integer.MAX_VALUE, -1, Integer.MIN_VALUE
  };

  private static final byte[] BOMB = deflated(new byte[BOMB_BYTES]);

  private final ByteMutation bytes = new ByteMutation();

  private static final class Chunk {
    private final String type;
    private final byte[] data;

    Chunk(String type, byte[] data) {
      this.type = type;
      this.data = data;
    }
  }

  @Override
  public byte[] of(byte[] original, RandomGenerator random) {
    List<Chunk> chunks = parse(original);
    int changes = 1 + random.nextInt(MOST_CHANGES);
    for (int i = 0; i < changes && !chunks.isEmpty(); i++) {
      change(chunks, random);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(original, 0, SIGNATURE_BYTES);
    for (Chunk chunk : chunks) {
      CRC32 sum = new CRC32();
      byte[] type = chunk.type.getBytes(StandardCharsets.ISO_8859_1);
      sum.update(type);
      sum.update(chunk.data);
      int wrong = random.nextInt(100) == 0 ? 1 : 0;
      out.writeBytes(integer(chunk.data.length));
      out.writeBytes(type);
      out.writeBytes(chunk.data);
      out.writeBytes(integer((int) sum.getValue() + wrong));
    }
    return out.toByteArray();
  }

  private void change(List<Chunk> chunks, RandomGenerator random) {
    int i = random.nextInt(chunks.size());
    Chunk chunk = chunks.get(i);
    switch (random.nextInt(KINDS)) {
      case 0 -> chunks.remove(i);
      case 1 -> chunks.add(random.nextInt(chunks.size() + 1), chunk);
      case 2 -> chunks.set(i, new Chunk(chunk.type, bytes.of(chunk.data, random)));
      case 3, 4, 5 -> chunks.set(0, new Chunk("IHDR", header(chunks.get(0).data, random)));
      case 6 -> pixels(chunks, random);
      case 7 -> chunks.add(random.nextInt(chunks.size() + 1), bomb(random));
      case 8 -> chunks.add(Math.min(1, i), colors("PLTE", random));
      default -> chunks.add(Math.min(2, i), colors("tRNS", random));
    }
  }

  private static byte[] header(byte[] old, RandomGenerator random) {
    ByteBuffer header = ByteBuffer.wrap(old.clone());
    int field = header.capacity() < 13 ? -1 : random.nextInt(6);
    switch (field) {
      case 0 -> header.putInt(0, SIDES[random.nextInt(SIDES.length)]);
      case 1 -> header.putInt(4, SIDES[random.nextInt(SIDES.length)]);
      case 2 -> header.putInt(0, 1 + random.nextInt(100)).putInt(4, 1 + random.nextInt(100));
      case 3 -> header.put(8, (byte) (1 << random.nextInt(6)));
      case 4 -> header.put(9, (byte) random.nextInt(8));
      default -> {
        if (field > 0) {
          header.put(10 + random.nextInt(3), (byte) random.nextInt(3));
        }
      }
    }
    return header.array();
  }

  /** Changes the rows before they are compressed, and what is compressed. */
  private void pixels(List<Chunk> chunks, RandomGenerator random) {
    for (int i = 0; i < chunks.size(); i++) {
      if (chunks.get(i).type.equals("IDAT")) {
        byte[] rows = inflated(chunks.get(i).data);
        byte[] data = random.nextInt(20) == 0 ? BOMB : deflated(bytes.of(rows, random));
        chunks.set(i, new Chunk("IDAT", data));
        return;
      }
    }
  }

  /** A text or profile that is four megabytes when unpacked. */
  private static Chunk bomb(RandomGenerator random) {
    String type = List.of("zTXt", "iTXt", "iCCP").get(random.nextInt(3));
    String head = type.equals("iTXt") ? "a\0\1\0\0\0" : "a\0\0";
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    data.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
    data.writeBytes(BOMB);
    return new Chunk(type, data.toByteArray());
  }

  private static Chunk colors(String type, RandomGenerator random) {
    byte[] data = new byte[List.of(0, 1, 2, 3, 6, 256, 768, 771, 5000).get(random.nextInt(9))];
    random.nextBytes(data);
    return new Chunk(type, data);
  }

  private static List<Chunk> parse(byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file).position(SIGNATURE_BYTES);
    List<Chunk> chunks = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] data = new byte[in.getInt()];
      byte[] type = new byte[4];
      in.get(type).get(data).getInt();
      chunks.add(new Chunk(new String(type, StandardCharsets.ISO_8859_1), data));
    }
    return chunks;
  }

  private static byte[] integer(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }

  private static byte[] deflated(byte[] data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
      deflater.write(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** As much as there is: an earlier change may have damaged the end. */
  private static byte[] inflated(byte[] data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (InflaterInputStream inflater = new InflaterInputStream(new ByteArrayInputStream(data))) {
      byte[] some = new byte[512];
      for (int n = inflater.read(some); n > 0 && out.size() < (1 << 16); n = inflater.read(some)) {
        out.write(some, 0, n);
      }
    } catch (IOException e) {
      return out.toByteArray();
    }
    return out.toByteArray();
  }
}
