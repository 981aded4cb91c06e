package org.diffusion4j.diffusion.pipeline;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** What belongs together and is closed together, the last first; not for two threads at a time. */
final class OwnedParts implements AutoCloseable {
  private final Deque<Runnable> closings = new ArrayDeque<>();

  /** Takes over a part. */
  <T> T own(T part, Consumer<T> close) {
    closings.push(() -> close.accept(part));
    return part;
  }

  /** Closes all parts; a second call does nothing. */
  @Override
  public void close() {
    while (!closings.isEmpty()) {
      closings.pop().run();
    }
  }
}
