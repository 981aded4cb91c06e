package org.diffusion4j.core.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Changes the header of a safetensors file, and gives it its own length. */
public final class SafetensorsMutation implements Mutation {
  private static final Mutation JSON = new JsonMutation();
  private static final Mutation BYTES = new ByteMutation();

  @Override
  public byte[] of(byte[] original, RandomGenerator random) {
    int end = Long.BYTES + (int) ByteBuffer.wrap(original).order(ByteOrder.LITTLE_ENDIAN).getLong();
    Mutation mutation = random.nextInt(4) == 0 ? BYTES : JSON;
    byte[] header = mutation.of(Arrays.copyOfRange(original, Long.BYTES, end), random);
    return ByteBuffer.allocate(Long.BYTES + header.length + original.length - end)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(original, end, original.length - end)
        .array();
  }
}
