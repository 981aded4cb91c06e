package org.diffusion4j.benchmarks.torch;

import java.nio.FloatBuffer;
import java.util.Map;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Values on their way from ND4J to torch and back. */
final class TorchTensors {
  private TorchTensors() {}

  /** A copy: int64 of whole numbers, else float32. */
  static Tensor of(INDArray array) {
    INDArray ordered = array.dup('c');
    return array.dataType() == DataType.INT64
        ? Tensor.create(ordered.data().asLong(), array.shape())
        : Tensor.create(ordered.data().asFloat(), array.shape());
  }

  static Map<String, Tensor> of(Map<String, INDArray> arrays) {
    return arrays.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> of(entry.getValue())));
  }

  /** The values in C order. */
  static float[] floats(Tensor tensor) {
    try (Tensor single = tensor.to(ScalarType.Float);
        Tensor ordered = single.contiguous()) {
      float[] values = new float[Math.toIntExact(ordered.numel())];
      ordered.<FloatBuffer>createBuffer().get(values);
      return values;
    }
  }
}
