package org.diffusion4j.core.execution.onednn;

import java.util.Optional;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.NativeMemoryException;

/** oneDNN's CPU engine, and what its functions answer. */
final class Dnnl {
  private static final Optional<String> OBSTACLE;
  private static final dnnl_engine ENGINE;

  static {
    Optional<String> obstacle = Optional.empty();
    dnnl_engine engine = null;
    try {
      engine = new dnnl_engine();
      check(dnnl.dnnl_engine_create(engine, dnnl.dnnl_cpu, 0), "engine");
    } catch (LinkageError | IllegalStateException e) {
      obstacle = Optional.of("oneDNN is not there for this platform (" + e.getMessage() + ")");
    }
    ENGINE = engine;
    OBSTACLE = obstacle;
  }

  private Dnnl() {}

  /** Why there is no oneDNN in this process, if there is none, as a part of a sentence. */
  static Optional<String> obstacle() {
    return OBSTACLE;
  }

  /** The engine of this process. */
  static dnnl_engine engine() {
    return ENGINE;
  }

  /** A stream of its own, which runs one primitive after the other. */
  static dnnl_stream stream() {
    dnnl_stream stream = new dnnl_stream();
    check(dnnl.dnnl_stream_create(stream, ENGINE, dnnl.dnnl_stream_default_flags), "stream");
    return stream;
  }

  /**
   * Refuses every answer but success.
   *
   * @param what was asked for
   * @throws NativeMemoryException if oneDNN got no memory
   * @throws IllegalStateException if the status is another
   */
  static void check(int status, Object what) {
    if (status == dnnl.dnnl_out_of_memory) {
      throw new NativeMemoryException(String.valueOf(what));
    }
    if (status != dnnl.dnnl_success) {
      String word =
          switch (status) {
            case dnnl.dnnl_invalid_arguments -> "refuses the arguments of";
            case dnnl.dnnl_unimplemented -> "has no implementation of";
            default -> "fails (status " + status + ") at";
          };
      throw new IllegalStateException("oneDNN " + word + " " + what);
    }
  }
}
