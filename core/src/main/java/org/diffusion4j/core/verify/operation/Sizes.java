package org.diffusion4j.core.verify.operation;

import org.diffusion4j.core.graph.Size2d;
import org.diffusion4j.core.verify.JsonFields;

/** Sizes as torch takes them: one number for all directions, or a list of them. */
final class Sizes {
  /**
   * The largest that is computed with: graphs hold matrices of the sizes that files ask for, which
   * must not be more than fits into memory.
   */
  static final int MAX = 1 << 10;

  private Sizes() {}

  /** The size under a name; on sequences, the one number is the width. */
  static Size2d read(Operands in, String name) {
    Size2d size = unbounded(in, name);
    in.support(size.height() <= MAX && size.width() <= MAX, name);
    return size;
  }

  private static Size2d unbounded(Operands in, String name) {
    JsonFields params = in.params();
    if (!params.node(name).isArray()) {
      return Size2d.of(params.integer(name));
    }
    long[] sizes = params.integers(name);
    in.support(sizes.length == 1 || sizes.length == 2, name);
    return new Size2d(Math.toIntExact(sizes[0]), Math.toIntExact(sizes[sizes.length - 1]));
  }

  /** The size under a name, or torch's default. */
  static Size2d read(Operands in, String name, Size2d otherwise) {
    return in.params().has(name) ? read(in, name) : otherwise;
  }
}
