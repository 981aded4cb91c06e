package org.diffusion4j.core.execution.onednn;

import java.nio.ByteBuffer;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.SizeTPointer;

/** What can be asked of oneDNN's layouts. */
final class Layouts {
  private Layouts() {}

  /** The size of memory in a layout. */
  static long bytes(dnnl_memory_desc layout) {
    return dnnl.dnnl_memory_desc_get_size(layout);
  }

  /** Equal for equal layouts. */
  static ByteBuffer key(dnnl_memory_desc layout) {
    try (SizeTPointer size = new SizeTPointer(1)) {
      Dnnl.check(dnnl.dnnl_memory_desc_get_blob((BytePointer) null, size, layout), "a layout");
      byte[] blob = new byte[Math.toIntExact(size.get())];
      Dnnl.check(dnnl.dnnl_memory_desc_get_blob(blob, size, layout), "a layout");
      return ByteBuffer.wrap(blob);
    }
  }
}
