package org.diffusion4j.benchmarks.compare;

import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.diffusion4j.benchmarks.onnx.OnnxNetwork;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.files.FileLookup;
import org.diffusion4j.core.onnx.OnnxExport;
import org.diffusion4j.core.onnx.OnnxOptions;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.core.weights.WeightsFile;

/** ONNX Runtime, on the networks as this framework exports them. */
record OnnxEngine() implements Engine {
  @Override
  public boolean does(Work work) {
    return work.isNetwork() && !work.isTraining();
  }

  @Override
  public void prepare(Work work, Path data) {
    Path model = work.onnxModel(data);
    if (!FileLookup.exists(model)) {
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
  public Session open(Work work, NetworkTask task, Precision precision, int threads) {
    return OnnxSession.open(task, work.onnxModel(task.weights().getParent()), threads);
  }

  @Override
  public String library() {
    return OnnxNetwork.version();
  }
}
