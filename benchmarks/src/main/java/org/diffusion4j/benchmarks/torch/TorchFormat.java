package org.diffusion4j.benchmarks.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * How floating-point tensors lie in memory.
 *
 * @param type FLOAT or BFLOAT16
 * @param channelsLast whether images and the weights of convolutions have their channels last
 */
record TorchFormat(ScalarType type, boolean channelsLast) {
  private static final int IMAGE_RANK = 4;

  /** The tensor in this format, which shares its memory where nothing changes; closes the given. */
  Tensor convert(Tensor tensor) {
    ScalarType target = tensor.is_floating_point() ? type : tensor.scalar_type();
    Tensor typed = tensor.to(target);
    tensor.close();
    if (!channelsLast || typed.dim() != IMAGE_RANK) {
      return typed;
    }
    try (typed) {
      return typed.contiguous(MemoryFormat.ChannelsLast);
    }
  }
}
