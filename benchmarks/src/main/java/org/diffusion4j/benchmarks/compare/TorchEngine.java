package org.diffusion4j.benchmarks.compare;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.diffusion4j.benchmarks.torch.TorchLibraries;
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

  /**
   * Tensors are freed by hand: no bookkeeping of JavaCPP's shall cost PyTorch time. Another PyTorch
   * that is installed on this machine is not looked for.
   */
  @Override
  public List<String> jvmOptions() {
    return List.of(
        "-Djava.library.path=" + TorchLibraries.folder(),
        "-Dorg.bytedeco.javacpp.maxbytes=0",
        "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
        "-Dorg.bytedeco.javacpp.nopointergc=true");
  }

  /** Where the linker looks before all else, an installed PyTorch among that. */
  @Override
  public Map<String, String> environment() {
    return Map.of("LD_LIBRARY_PATH", TorchLibraries.folder().toString());
  }

  @Override
  public String library() {
    return TorchNetwork.version();
  }
}
