package org.diffusion4j.benchmarks.compare;

import java.util.List;
import java.util.Optional;
import org.diffusion4j.core.execution.Precision;

/**
 * Who does the works.
 *
 * @param label the name on the command line and in results
 * @param engine what computes
 * @param precision what it multiplies in
 */
record Contender(String label, Engine engine, Precision precision) {
  static final Contender ONEDNN_F32 =
      new Contender("onednn-f32", new ExecutorEngine(ExecutorEngine.ONEDNN), Precision.F32);
  static final Contender ONEDNN_BF16 =
      new Contender("onednn-bf16", new ExecutorEngine(ExecutorEngine.ONEDNN), Precision.BF16);
  static final Contender SAMEDIFF =
      new Contender("samediff", new ExecutorEngine(ExecutorEngine.SAMEDIFF), Precision.F32);
  static final Contender PYTORCH_F32 =
      new Contender("pytorch-f32", new TorchEngine(), Precision.F32);
  static final Contender PYTORCH_BF16 =
      new Contender("pytorch-bf16", new TorchEngine(), Precision.BF16);
  static final Contender ONNXRUNTIME =
      new Contender("onnxruntime", new OnnxEngine(), Precision.F32);

  /** In the order of a comparison's tables. */
  static final List<Contender> ALL =
      List.of(ONEDNN_F32, ONEDNN_BF16, SAMEDIFF, PYTORCH_F32, PYTORCH_BF16, ONNXRUNTIME);

  /** The contender of a label. */
  static Optional<Contender> of(String label) {
    return ALL.stream().filter(c -> c.label.equals(label)).findFirst();
  }
}
