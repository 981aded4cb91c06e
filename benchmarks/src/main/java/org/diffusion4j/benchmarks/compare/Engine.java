package org.diffusion4j.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.diffusion4j.benchmarks.onnx.OnnxNetwork;
import org.diffusion4j.benchmarks.torch.TorchNetwork;
import org.diffusion4j.benchmarks.torch.TorchThreads;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.execution.choice.Execution;
import org.diffusion4j.core.execution.choice.ExecutorType;
import org.diffusion4j.core.onnx.OnnxExport;
import org.diffusion4j.core.onnx.OnnxOptions;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.core.weights.WeightsFile;

/** What computes: the executors of this framework, and its peers. */
enum Engine {
  ONEDNN {
    @Override
    boolean does(Work work) {
      return true;
    }

    @Override
    Session open(Work work, NetworkTask task, Precision precision, int threads) {
      return ExecutorSession.open(task, new Execution(ExecutorType.ONEDNN, precision), threads);
    }

    @Override
    Session openPictures(Precision precision, int threads) throws IOException {
      return PictureSession.open(new Execution(ExecutorType.ONEDNN, precision), threads);
    }

    @Override
    String library() {
      return Libraries.oneDnn();
    }
  },

  SAMEDIFF {
    @Override
    boolean does(Work work) {
      return true;
    }

    @Override
    Session open(Work work, NetworkTask task, Precision precision, int threads) {
      return ExecutorSession.open(task, new Execution(ExecutorType.SAMEDIFF, precision), threads);
    }

    @Override
    Session openPictures(Precision precision, int threads) throws IOException {
      return PictureSession.open(new Execution(ExecutorType.SAMEDIFF, precision), threads);
    }

    @Override
    String library() {
      return Libraries.nd4j();
    }
  },

  PYTORCH {
    @Override
    Session open(Work work, NetworkTask task, Precision precision, int threads) throws IOException {
      TorchThreads.use(threads);
      return TorchSession.open(task, precision == Precision.BF16);
    }

    /** Tensors are freed by hand: no bookkeeping of JavaCPP's shall cost PyTorch time. */
    @Override
    List<String> jvmOptions() {
      return List.of(
          "-Dorg.bytedeco.javacpp.maxbytes=0",
          "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
          "-Dorg.bytedeco.javacpp.nopointergc=true");
    }

    @Override
    String library() {
      return TorchNetwork.version();
    }
  },

  ONNXRUNTIME {
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
    Session open(Work work, NetworkTask task, Precision precision, int threads) {
      return OnnxSession.open(task, work.onnxModel(task.weights().getParent()), threads);
    }

    @Override
    String library() {
      return OnnxNetwork.version();
    }
  };

  /** Whether it knows how to do a work. */
  boolean does(Work work) {
    return work.isNetwork();
  }

  /**
   * Writes what it reads, where that is missing, before its process starts.
   *
   * @param data the folder of the weights
   */
  void prepare(Work work, Path data) {}

  /** Loads a network; from then on, native operations of this thread use that many threads. */
  abstract Session open(Work work, NetworkTask task, Precision precision, int threads)
      throws IOException;

  /**
   * Loads the pipeline of {@link Work#TEXT2IMAGE}.
   *
   * @throws IllegalStateException if it does not do that
   */
  Session openPictures(Precision precision, int threads) throws IOException {
    throw new IllegalStateException(this + " has no pipeline");
  }

  /** What it runs on, with versions. */
  abstract String library();

  /** What its Java virtual machine is told besides. */
  List<String> jvmOptions() {
    return List.of();
  }
}
