package org.diffusion4j.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.diffusion4j.benchmarks.onnx.OnnxNetwork;
import org.diffusion4j.benchmarks.torch.TorchNetwork;
import org.diffusion4j.benchmarks.torch.TorchThreads;
import org.diffusion4j.core.execution.NativeThreads;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.execution.choice.Execution;
import org.diffusion4j.core.execution.choice.ExecutorType;
import org.diffusion4j.core.onnx.OnnxExport;
import org.diffusion4j.core.onnx.OnnxOptions;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.core.weights.WeightsFile;

/** Who does the works. */
enum Contender {
  ONEDNN_F32("onednn-f32", Precision.F32) {
    @Override
    boolean does(Work work) {
      return true;
    }

    @Override
    Session open(Work work, NetworkTask task, int threads) {
      NativeThreads.use(threads);
      return ExecutorSession.open(task, new Execution(ExecutorType.ONEDNN, precision()));
    }

    @Override
    Session openPictures(int threads) throws IOException {
      NativeThreads.use(threads);
      return PictureSession.open(new Execution(ExecutorType.ONEDNN, precision()));
    }

    @Override
    String library() {
      return Libraries.oneDnn();
    }
  },

  ONEDNN_BF16("onednn-bf16", Precision.BF16) {
    @Override
    boolean does(Work work) {
      return true;
    }

    @Override
    Session open(Work work, NetworkTask task, int threads) {
      NativeThreads.use(threads);
      return ExecutorSession.open(task, new Execution(ExecutorType.ONEDNN, precision()));
    }

    @Override
    Session openPictures(int threads) throws IOException {
      NativeThreads.use(threads);
      return PictureSession.open(new Execution(ExecutorType.ONEDNN, precision()));
    }

    @Override
    String library() {
      return Libraries.oneDnn();
    }
  },

  SAMEDIFF("samediff", Precision.F32) {
    @Override
    boolean does(Work work) {
      return true;
    }

    @Override
    Session open(Work work, NetworkTask task, int threads) {
      NativeThreads.use(threads);
      return ExecutorSession.open(task, new Execution(ExecutorType.SAMEDIFF, precision()));
    }

    @Override
    Session openPictures(int threads) throws IOException {
      NativeThreads.use(threads);
      return PictureSession.open(new Execution(ExecutorType.SAMEDIFF, precision()));
    }

    @Override
    String library() {
      return Libraries.nd4j();
    }
  },

  PYTORCH_F32("pytorch-f32", Precision.F32) {
    @Override
    Session open(Work work, NetworkTask task, int threads) throws IOException {
      TorchThreads.use(threads);
      return TorchSession.open(task, false);
    }

    @Override
    List<String> jvmOptions() {
      return TORCH_OPTIONS;
    }

    @Override
    String library() {
      return TorchNetwork.version();
    }
  },

  PYTORCH_BF16("pytorch-bf16", Precision.BF16) {
    @Override
    Session open(Work work, NetworkTask task, int threads) throws IOException {
      TorchThreads.use(threads);
      return TorchSession.open(task, true);
    }

    @Override
    List<String> jvmOptions() {
      return TORCH_OPTIONS;
    }

    @Override
    String library() {
      return TorchNetwork.version();
    }
  },

  ONNXRUNTIME("onnxruntime", Precision.F32) {
    @Override
    boolean does(Work work) {
      return work.isNetwork() && !work.isTraining();
    }

    @Override
    void prepare(Work work, Path data) {
      Path model = work.onnxModel(data);
      if (!Files.exists(model)) {
        NetworkTask task = work.task(data);
        Weights weights =
            WeightsFile.open(task.weights(), task.graph().parameters(), UnaryOperator.identity());
        OnnxExport.write(
            task.graph(),
            weights,
            List.of(task.output()),
            model,
            new OnnxOptions(OnnxOptions.Attention.ONNX_RUNTIME),
            (done, total) -> {});
      }
    }

    @Override
    Session open(Work work, NetworkTask task, int threads) {
      return OnnxSession.open(task, work.onnxModel(task.weights().getParent()), threads);
    }

    @Override
    String library() {
      return OnnxNetwork.version();
    }
  };

  /** Tensors are freed by hand: no bookkeeping of JavaCPP's shall cost PyTorch time. */
  private static final List<String> TORCH_OPTIONS =
      List.of(
          "-Dorg.bytedeco.javacpp.maxbytes=0",
          "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
          "-Dorg.bytedeco.javacpp.nopointergc=true");

  private final String label;
  private final Precision precision;

  Contender(String label, Precision precision) {
    this.label = label;
    this.precision = precision;
  }

  /** The name on the command line and in results. */
  String label() {
    return label;
  }

  /** What it multiplies in. */
  Precision precision() {
    return precision;
  }

  /** Whether it knows how to do a work. */
  boolean does(Work work) {
    return work.isNetwork();
  }

  /** Loads a network; from then on, native operations of this thread use that many threads. */
  abstract Session open(Work work, NetworkTask task, int threads) throws IOException;

  /**
   * Writes what it reads, where that is missing, before its process starts.
   *
   * @param data the folder of the weights
   */
  void prepare(Work work, Path data) {}

  /**
   * Loads the pipeline of {@link Work#TEXT2IMAGE}.
   *
   * @throws IllegalStateException if it does not do that
   */
  Session openPictures(int threads) throws IOException {
    throw new IllegalStateException(label + " has no pipeline");
  }

  /** What it runs on, with versions. */
  abstract String library();

  /** What its Java virtual machine is told besides. */
  List<String> jvmOptions() {
    return List.of();
  }

  /** The contender of a label. */
  static Optional<Contender> of(String label) {
    return Arrays.stream(values()).filter(c -> c.label.equals(label)).findFirst();
  }
}
