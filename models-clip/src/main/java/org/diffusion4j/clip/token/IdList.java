package org.diffusion4j.clip.token;

import java.util.Arrays;

/** Ids, one after the other. */
final class IdList {
  private static final int INITIAL_CAPACITY = 16;

  private int[] ids = new int[INITIAL_CAPACITY];
  private int size;

  int size() {
    return size;
  }

  void add(int... more) {
    if (size + more.length > ids.length) {
      ids = Arrays.copyOf(ids, Math.max(size + more.length, 2 * ids.length));
    }
    System.arraycopy(more, 0, ids, size, more.length);
    size += more.length;
  }

  int[] toArray() {
    return Arrays.copyOf(ids, size);
  }
}
