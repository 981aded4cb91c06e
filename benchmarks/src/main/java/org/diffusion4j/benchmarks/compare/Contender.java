package org.diffusion4j.benchmarks.compare;

import java.util.Arrays;
import java.util.Optional;
import org.diffusion4j.core.execution.Precision;

/** Who does the works: an engine in a precision. */
enum Contender {
  ONEDNN_F32("onednn-f32", Engine.ONEDNN, Precision.F32),
  ONEDNN_BF16("onednn-bf16", Engine.ONEDNN, Precision.BF16),
  SAMEDIFF("samediff", Engine.SAMEDIFF, Precision.F32),
  PYTORCH_F32("pytorch-f32", Engine.PYTORCH, Precision.F32),
  PYTORCH_BF16("pytorch-bf16", Engine.PYTORCH, Precision.BF16),
  ONNXRUNTIME("onnxruntime", Engine.ONNXRUNTIME, Precision.F32);

  private final String label;
  private final Engine engine;
  private final Precision precision;

  Contender(String label, Engine engine, Precision precision) {
    this.label = label;
    this.engine = engine;
    this.precision = precision;
  }

  /** The name on the command line and in results. */
  String label() {
    return label;
  }

  /** What computes. */
  Engine engine() {
    return engine;
  }

  /** What it multiplies in. */
  Precision precision() {
    return precision;
  }

  /** The contender of a label. */
  static Optional<Contender> of(String label) {
    return Arrays.stream(values()).filter(c -> c.label.equals(label)).findFirst();
  }
}
