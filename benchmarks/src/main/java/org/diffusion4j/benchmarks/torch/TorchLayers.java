package org.diffusion4j.benchmarks.torch;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.diffusion4j.core.graph.Affine;
import org.diffusion4j.core.graph.Attention;
import org.diffusion4j.core.graph.Binary;
import org.diffusion4j.core.graph.Clip;
import org.diffusion4j.core.graph.Concat;
import org.diffusion4j.core.graph.Convolution2d;
import org.diffusion4j.core.graph.Dense;
import org.diffusion4j.core.graph.Embedding;
import org.diffusion4j.core.graph.GroupNormalization;
import org.diffusion4j.core.graph.Layer;
import org.diffusion4j.core.graph.LayerNormalization;
import org.diffusion4j.core.graph.MatMul;
import org.diffusion4j.core.graph.NearestUpsampling2d;
import org.diffusion4j.core.graph.Pad2d;
import org.diffusion4j.core.graph.Permute;
import org.diffusion4j.core.graph.Reduce;
import org.diffusion4j.core.graph.Reshape;
import org.diffusion4j.core.graph.Size2d;
import org.diffusion4j.core.graph.Slice;
import org.diffusion4j.core.graph.Softmax;
import org.diffusion4j.core.graph.StopGradient;
import org.diffusion4j.core.graph.Unary;

/** The operation of torch that does what a layer does. */
final class TorchLayers {
  private final Function<org.diffusion4j.core.graph.Tensor, Tensor> values;

  /**
   * @param values the tensors that layers read; parameters in torch's layout
   */
  TorchLayers(Function<org.diffusion4j.core.graph.Tensor, Tensor> values) {
    this.values = values;
  }

  /**
   * What a layer gives.
   *
   * @throws UnsupportedOperationException if nothing here does that kind of layer
   */
  Tensor apply(Layer layer) {
    if (layer instanceof Convolution2d conv) {
      return conv2d(conv);
    } else if (layer instanceof Dense dense) {
      Tensor weight = value(dense.weight());
      return torch.linear(typed(dense.x(), weight), weight, optional(dense.bias()));
    } else if (layer instanceof GroupNormalization norm) {
      Tensor x = value(norm.x());
      return torch.group_norm(
          x, norm.groups(), optional(norm.weight()), optional(norm.bias()), norm.epsilon(), false);
    } else if (layer instanceof LayerNormalization norm) {
      long[] shape = longs(norm.normalizedShape());
      Tensor x = value(norm.x());
      return torch.layer_norm(
          x, shape, optional(norm.weight()), optional(norm.bias()), norm.epsilon(), false);
    } else if (layer instanceof Attention attention) {
      return attention(attention);
    } else if (layer instanceof MatMul product) {
      Tensor b = value(product.b());
      return torch.matmul(value(product.a()), product.transposeB() ? b.t() : b);
    } else if (layer instanceof Embedding embedding) {
      return torch.embedding(value(embedding.table()), value(embedding.ids()));
    } else if (layer instanceof Unary unary) {
      return TorchFunctions.apply(unary.function(), value(unary.x()));
    } else if (layer instanceof Binary binary) {
      return TorchFunctions.apply(binary.function(), value(binary.a()), value(binary.b()));
    } else if (layer instanceof Affine affine) {
      return affine(affine);
    } else if (layer instanceof Clip clip) {
      return torch.clamp(value(clip.x()), optional(clip.minimum()), optional(clip.maximum()));
    } else if (layer instanceof Softmax softmax) {
      Tensor x = value(softmax.x());
      return softmax.logarithm()
          ? torch.log_softmax(x, softmax.axis())
          : torch.softmax(x, softmax.axis());
    } else if (layer instanceof Reduce reduce) {
      return reduce(reduce);
    }
    return move(layer);
  }

  /** The layers that compute nothing. */
  private Tensor move(Layer layer) {
    if (layer instanceof Reshape reshape) {
      return value(reshape.x()).reshape(longs(reshape.shape()));
    } else if (layer instanceof Permute permute) {
      return value(permute.x()).permute(longs(permute.axes()));
    } else if (layer instanceof Concat concat) {
      Tensor[] parts = concat.inputs().stream().map(this::value).toArray(Tensor[]::new);
      return torch.cat(new TensorVector(parts), concat.axis());
    } else if (layer instanceof Slice slice) {
      return value(slice.x()).narrow(slice.axis(), slice.from(), slice.to() - slice.from());
    } else if (layer instanceof Pad2d pad) {
      return torch.constant_pad_nd(
          value(pad.x()), pad.left(), pad.right(), pad.top(), pad.bottom());
    } else if (layer instanceof NearestUpsampling2d upsample) {
      long[] shape = upsample.outputShape();
      return torch.upsample_nearest2d(
          value(upsample.x()),
          new long[] {shape[2], shape[3]},
          new DoubleOptional(),
          new DoubleOptional());
    } else if (layer instanceof StopGradient stop) {
      return value(stop.x()).detach();
    }
    throw new UnsupportedOperationException(
        "layer (=" + layer.getClass().getSimpleName() + ") must be one that is done with PyTorch");
  }

  private Tensor conv2d(Convolution2d conv) {
    Tensor weight = value(conv.weight());
    return torch.conv2d(
        typed(conv.x(), weight),
        weight,
        optional(conv.bias()),
        longs(conv.settings().stride()),
        longs(conv.settings().padding()),
        longs(conv.settings().dilation()),
        conv.settings().groups());
  }

  private Tensor attention(Attention attention) {
    Tensor query = heads(attention.query(), attention.heads());
    TensorOptional mask =
        attention
            .mask()
            .map(tensor -> new TensorOptional(value(tensor).to(query.scalar_type())))
            .orElseGet(TensorOptional::new);
    Tensor key = heads(attention.key(), attention.heads());
    Tensor value = heads(attention.value(), attention.heads());
    DoubleOptional scale = new DoubleOptional(attention.scale());
    Tensor y =
        TorchThreads.withSingleBlasThread(
            () ->
                torch.scaled_dot_product_attention(
                    query, key, value, mask, 0, false, scale, false));
    return y.transpose(1, 2).reshape(attention.outputShape());
  }

  /** {@code [n, s, heads*d] -> [n, heads, s, d]}. */
  private Tensor heads(org.diffusion4j.core.graph.Tensor x, int heads) {
    return value(x).reshape(x.size(0), x.size(1), heads, x.size(2) / heads).transpose(1, 2);
  }

  private Tensor affine(Affine affine) {
    Tensor y = value(affine.x());
    if (affine.scale() != 1 || affine.offset() == 0) {
      y = y.mul(new Scalar(affine.scale()));
    }
    return affine.offset() == 0 ? y : y.add(new Scalar(affine.offset()));
  }

  private Tensor reduce(Reduce reduce) {
    Tensor x = value(reduce.x());
    long[] axes = longs(reduce.axes());
    return switch (reduce.reduction()) {
      case SUM -> x.sum(axes, reduce.keepAxes(), new ScalarTypeOptional());
      case MEAN -> x.mean(axes, reduce.keepAxes(), new ScalarTypeOptional());
      case MAX -> x.amax(axes, reduce.keepAxes());
    };
  }

  private Tensor value(org.diffusion4j.core.graph.Tensor tensor) {
    return values.apply(tensor);
  }

  /** In the type of a weight, as Python's models convert what they computed in float32. */
  private Tensor typed(org.diffusion4j.core.graph.Tensor tensor, Tensor weight) {
    Tensor x = value(tensor);
    boolean same = x.scalar_type() == weight.scalar_type() || weight.requires_grad();
    return same ? x : x.to(weight.scalar_type());
  }

  private TensorOptional optional(Optional<org.diffusion4j.core.graph.Tensor> tensor) {
    return tensor.map(t -> new TensorOptional(value(t))).orElseGet(TensorOptional::new);
  }

  private static ScalarOptional optional(double value) {
    return new ScalarOptional(new Scalar(value));
  }

  private static long[] longs(Size2d size) {
    return new long[] {size.height(), size.width()};
  }

  private static long[] longs(List<? extends Number> numbers) {
    return numbers.stream().mapToLong(Number::longValue).toArray();
  }
}
