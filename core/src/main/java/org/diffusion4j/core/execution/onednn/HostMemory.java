package org.diffusion4j.core.execution.onednn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;

/** The memory of contiguous views as Java sees it, which ends at 2 GiB. */
final class HostMemory {
  private HostMemory() {}

  /** The values of a contiguous F32 view in C order. */
  static FloatBuffer floats(View view) {
    return bytes(view, ElementType.F32).asFloatBuffer();
  }

  /** The values of a contiguous S64 view in C order. */
  static LongBuffer longs(View view) {
    return bytes(view, ElementType.S64).asLongBuffer();
  }

  private static ByteBuffer bytes(View view, ElementType type) {
    Require.that(
        view.type() == type && view.isContiguous(), "view", view, "must be contiguous " + type);
    long size = view.length() * type.bytes();
    // JavaCPP would leave out what is beyond.
    Require.that(
        size <= Integer.MAX_VALUE, "bytes of " + view, size, "must be below 2 GiB for this layer");
    return Address.of(view.address())
        .capacity(view.length() * type.bytes())
        .asByteBuffer()
        .order(ByteOrder.nativeOrder());
  }
}
