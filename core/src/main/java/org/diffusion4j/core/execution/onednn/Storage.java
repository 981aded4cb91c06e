package org.diffusion4j.core.execution.onednn;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * A block of memory that a plan reads or writes.
 *
 * <p>Blocks of the arena are needed from the first step that touches them to the last, and share
 * their room with others; all other blocks are given from outside.
 */
final class Storage {
  private record Bound(dnnl_memory memory, long byteOffset) {}

  private final long bytes;
  private final boolean inArena;
  private final List<Bound> memories = new ArrayList<>();
  private BytePointer address;
  private int firstStep = Integer.MAX_VALUE;
  private int lastStep = -1;

  private Storage(long bytes, boolean inArena, BytePointer address) {
    this.bytes = bytes;
    this.inArena = inArena;
    this.address = address;
  }

  /** A block of the arena. */
  static Storage inArena(long bytes) {
    return new Storage(bytes, true, null);
  }

  /** A block that is elsewhere, for as long as the plan lives. */
  static Storage at(BytePointer address, long bytes) {
    return new Storage(bytes, false, address);
  }

  /** A block that each run brings. */
  static Storage ofCaller(long bytes) {
    return new Storage(bytes, false, null);
  }

  long bytes() {
    return bytes;
  }

  boolean isInArena() {
    return inArena;
  }

  /** Says that a step reads or writes this. */
  void touch(int step) {
    firstStep = Math.min(firstStep, step);
    lastStep = Math.max(lastStep, step);
  }

  int firstStep() {
    return firstStep;
  }

  int lastStep() {
    return lastStep;
  }

  /** Where the block begins; of a caller's block, in this run. */
  BytePointer address() {
    return address;
  }

  /** Moves the block, and with it what looks at it. */
  void place(Pointer newAddress) {
    address = newAddress.getPointer(BytePointer.class, 0);
    for (Bound bound : memories) {
      Dnnl.check(
          dnnl.dnnl_memory_set_data_handle(bound.memory(), at(bound.byteOffset())), "memory");
    }
  }

  /** The place so many bytes behind the beginning. */
  BytePointer at(long byteOffset) {
    return address == null ? null : address.getPointer(byteOffset);
  }

  /** Makes the memory follow the block when it moves. */
  void follow(dnnl_memory memory, long byteOffset) {
    memories.add(new Bound(memory, byteOffset));
  }
}
