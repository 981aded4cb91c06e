package org.diffusion4j.benchmarks.compare;

import java.io.IOException;
import java.util.List;
import org.diffusion4j.benchmarks.torch.TorchNetwork;
import org.diffusion4j.benchmarks.torch.TorchThreads;
import org.diffusion4j.core.execution.Precision;

/** PyTorch's C++ library. */
record TorchEngine() implements Engine {
  @Override
  public Session open(Work work, NetworkTask task, Precision precision, int threads)
      throws IOException {
    TorchThreads.use(threads);
    return TorchSession.open(task, precision == Precision.BF16);
  }

  /** Tensors are freed by hand: no bookkeeping of JavaCPP's shall cost PyTorch time. */
  @Override
  public List<String> jvmOptions() {
    return List.of(
        "-Dorg.bytedeco.javacpp.maxbytes=0",
        "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
        "-Dorg.bytedeco.javacpp.nopointergc=true");
  }

  @Override
  public String library() {
    return TorchNetwork.version();
  }
}
