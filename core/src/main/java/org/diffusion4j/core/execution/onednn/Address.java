package org.diffusion4j.core.execution.onednn;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** Places in native memory as oneDNN's functions take them. */
final class Address {
  private static final class Raw extends Pointer {
    Raw(long address) {
      this.address = address;
    }
  }

  private Address() {}

  /** A pointer to an address, which owns nothing; to 0, the null pointer. */
  static BytePointer of(long address) {
    return new BytePointer(new Raw(address));
  }
}
