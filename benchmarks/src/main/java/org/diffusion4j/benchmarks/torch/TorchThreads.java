package org.diffusion4j.benchmarks.torch;

import java.util.function.Supplier;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/**
 * How many threads torch's operations use.
 *
 * <p>This build of PyTorch multiplies matrices with OpenBLAS, which has threads of its own beside
 * torch's. Torch's attention calls it from each of its threads for small matrices; with two threads
 * for each of these, attention takes ten times as long. What pip installs has MKL there, which
 * notices and uses one thread: so does this.
 */
public final class TorchThreads {
  private TorchThreads() {}

  /** Sets the number; ND4J, which sets that of OpenBLAS too, must have been loaded before. */
  public static void use(int count) {
    torch.set_num_threads(count);
    openblas_nolapack.blas_set_num_threads(count);
  }

  /** Work that calls OpenBLAS from torch's own threads. */
  static <T> T withSingleBlasThread(Supplier<T> work) {
    openblas_nolapack.blas_set_num_threads(1);
    try {
      return work.get();
    } finally {
      openblas_nolapack.blas_set_num_threads(torch.get_num_threads());
    }
  }
}
