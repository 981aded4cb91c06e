package org.diffusion4j.core.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import org.diffusion4j.core.testing.ByteMutation;
import org.diffusion4j.core.testing.Mutation;

/** Changes what a JPEG file says: its size, its tables, and which segments come how often. */
final class JpegMutation implements Mutation {
  private static final int MOST_CHANGES = 3;
  private static final int MOST_COPIES = 100;
  private static final int[] LENGTHS = {0, 1, 2, 7, 8, 17, 255, 256, 4095, 65_500, 65_535};
  private static final Mutation BYTES = new ByteMutation();

  @Override
  public byte[] of(byte[] original, RandomGenerator random) {
    List<byte[]> segments = segments(original);
    int changes = 1 + random.nextInt(MOST_CHANGES);
    for (int i = 0; i < changes && !segments.isEmpty(); i++) {
      change(segments, random);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    segments.forEach(out::writeBytes);
    return out.toByteArray();
  }

  private static void change(List<byte[]> segments, RandomGenerator random) {
    int i = random.nextInt(segments.size());
    byte[] segment = segments.get(i).clone();
    switch (random.nextInt(8)) {
      case 0 -> segments.remove(i);
      case 1 -> Collections.swap(segments, i, random.nextInt(segments.size()));
      case 2 -> segments.addAll(i, Collections.nCopies(1 + random.nextInt(MOST_COPIES), segment));
      case 3 -> segments.set(i, BYTES.of(segment, random));
      case 4 -> {
        if (segment.length > 4) {
          segment[4 + random.nextInt(segment.length - 4)] = (byte) random.nextInt();
        }
        segments.set(i, segment);
      }
      case 5 -> {
        if (segment.length > 4) {
          ByteBuffer.wrap(segment).putShort(2, (short) LENGTHS[random.nextInt(LENGTHS.length)]);
        }
        segments.set(i, segment);
      }
      case 6 -> {
        byte[] noise = new byte[LENGTHS[random.nextInt(LENGTHS.length - 2)] + 4];
        random.nextBytes(noise);
        ByteBuffer.wrap(noise)
            .put((byte) 0xff)
            .put((byte) (0xc0 + random.nextInt(0x40)))
            .putShort((short) (noise.length - 2));
        segments.add(i, noise);
      }
      default -> resize(segments, random);
    }
  }

  /** Puts another size, precision or sampling into the frame header. */
  private static void resize(List<byte[]> segments, RandomGenerator random) {
    for (byte[] segment : segments) {
      boolean frame = segment.length > 9 && (segment[1] & 0xfc) == 0xc0;
      if (frame && random.nextBoolean()) {
        int place = random.nextInt(3) * 2 + 5;
        int value = LENGTHS[random.nextInt(LENGTHS.length)];
        ByteBuffer.wrap(segment).putShort(Math.min(place, segment.length - 2), (short) value);
      }
    }
  }

  /** Each from its marker to the next one, with the data that may follow it. */
  private static List<byte[]> segments(byte[] jpeg) {
    List<byte[]> segments = new ArrayList<>();
    int start = 0;
    for (int i = 2; i + 1 < jpeg.length; i++) {
      if (jpeg[i] == (byte) 0xff && (jpeg[i + 1] & 0xff) >= 0xc0) {
        segments.add(Arrays.copyOfRange(jpeg, start, i));
        start = i;
      }
    }
    segments.add(Arrays.copyOfRange(jpeg, start, jpeg.length));
    return segments;
  }
}
