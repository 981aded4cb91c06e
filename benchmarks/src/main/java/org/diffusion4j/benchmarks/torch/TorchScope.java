package org.diffusion4j.benchmarks.torch;

import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;

/** What ends with a piece of work: memory outside the Java heap, and modes of torch. */
final class TorchScope {
  private TorchScope() {}

  /** Frees all that the work makes and does not retain. */
  @SuppressWarnings("unchecked") // of the varargs constructor, which javac takes
  static <T> T freeing(Supplier<T> work) {
    PointerScope scope = new PointerScope();
    try {
      return work.get();
    } finally {
      scope.close();
    }
  }

  /** Records nothing for gradients. */
  static <T> T inferring(Supplier<T> work) {
    InferenceMode mode = new InferenceMode(true);
    try {
      return work.get();
    } finally {
      mode.close();
    }
  }
}
