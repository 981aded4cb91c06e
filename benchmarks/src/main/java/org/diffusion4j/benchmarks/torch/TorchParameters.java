package org.diffusion4j.benchmarks.torch;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.SafetensorsFile;
import org.diffusion4j.core.weights.TensorInfo;
import org.diffusion4j.core.weights.Weights;

/** The parameters of a network as torch's tensors, in torch's layout. */
public final class TorchParameters implements AutoCloseable {
  private final Map<String, Tensor> tensors;

  private TorchParameters(Map<String, Tensor> tensors) {
    this.tensors = tensors;
  }

  /** Copies of weights, float32. */
  public static TorchParameters of(Weights weights) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (ParameterSpec spec : weights.specs()) {
      int[] axes = spec.layout().memoryAxes(spec.shape().size());
      tensors.put(spec.name(), TorchTensors.of(weights.get(spec.name()).permute(axes)));
    }
    return new TorchParameters(tensors);
  }

  /**
   * Reads a safetensors file of float32 straight into torch's memory, in which nothing is twice.
   *
   * @param specs the parameters to read
   * @throws IllegalArgumentException if one of them is missing or not F32
   */
  public static TorchParameters read(Path file, Collection<ParameterSpec> specs)
      throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (SafetensorsFile header = SafetensorsFile.open(file);
        FileChannel channel = FileChannel.open(file)) {
      ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      readFully(channel, length, 0);
      long start = Long.BYTES + length.flip().getLong();
      for (ParameterSpec spec : specs) {
        TensorInfo info = header.info(spec.name());
        Require.that(info.dtype() == DType.F32, "dtype", info.dtype(), "must be F32");
        Tensor tensor = torch.empty(spec.fileShape());
        ByteBuffer memory = tensor.data_ptr().capacity(info.end() - info.begin()).asByteBuffer();
        readFully(channel, memory, start + info.begin());
        tensors.put(spec.name(), tensor);
      }
    }
    return new TorchParameters(tensors);
  }

  private static void readFully(FileChannel channel, ByteBuffer buffer, long position)
      throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new EOFException("the file of weights ends too early");
      }
    }
  }

  /** Takes the tensors into another format, one by one. */
  void convert(TorchFormat format) {
    tensors.replaceAll((name, tensor) -> format.convert(tensor));
  }

  /** By name. */
  Map<String, Tensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  @Override
  public void close() {
    tensors.values().forEach(Tensor::close);
  }
}
