package org.diffusion4j.core.execution.onednn;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.diffusion4j.core.graph.Affine;
import org.diffusion4j.core.graph.ArgMin;
import org.diffusion4j.core.graph.Attention;
import org.diffusion4j.core.graph.AttentionWeights;
import org.diffusion4j.core.graph.AvgPool2d;
import org.diffusion4j.core.graph.BatchNormalization;
import org.diffusion4j.core.graph.Binary;
import org.diffusion4j.core.graph.Clip;
import org.diffusion4j.core.graph.Concat;
import org.diffusion4j.core.graph.Constant;
import org.diffusion4j.core.graph.Convolution2d;
import org.diffusion4j.core.graph.Dense;
import org.diffusion4j.core.graph.Elu;
import org.diffusion4j.core.graph.Embedding;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.GroupNormalization;
import org.diffusion4j.core.graph.Interpolate2d;
import org.diffusion4j.core.graph.Layer;
import org.diffusion4j.core.graph.LayerNormalization;
import org.diffusion4j.core.graph.LeakyRelu;
import org.diffusion4j.core.graph.MatMul;
import org.diffusion4j.core.graph.MaxPool2d;
import org.diffusion4j.core.graph.MaxPool2dIndices;
import org.diffusion4j.core.graph.MaxUnpool2d;
import org.diffusion4j.core.graph.NearestUpsampling2d;
import org.diffusion4j.core.graph.OneHot;
import org.diffusion4j.core.graph.Pad2d;
import org.diffusion4j.core.graph.Permute;
import org.diffusion4j.core.graph.Reduce;
import org.diffusion4j.core.graph.Reshape;
import org.diffusion4j.core.graph.Slice;
import org.diffusion4j.core.graph.Softmax;
import org.diffusion4j.core.graph.StopGradient;
import org.diffusion4j.core.graph.TransposedConvolution2d;
import org.diffusion4j.core.graph.Unary;

/** The lowering of each kind of layer. */
final class Lowerings {
  /** Those of all kinds that oneDNN runs. */
  static final Lowerings ALL = all();

  private final Map<Class<? extends Layer>, Lowering<?>> byKind;

  private Lowerings(Map<Class<? extends Layer>, Lowering<?>> byKind) {
    this.byKind = byKind;
  }

  private static Lowerings all() {
    Lowerings all = new Lowerings(new HashMap<>());
    all.putAll();
    return all;
  }

  private void putAll() {
    ElementwiseLowering elementwise = new ElementwiseLowering();
    put(Affine.class, elementwise);
    put(Clip.class, elementwise);
    put(Elu.class, elementwise);
    put(LeakyRelu.class, elementwise);
    put(Unary.class, elementwise);
    put(ArgMin.class, new ArgMinLowering());
    put(Attention.class, new AttentionLowering());
    put(AttentionWeights.class, new AttentionWeightsLowering());
    put(AvgPool2d.class, new AvgPool2dLowering());
    put(BatchNormalization.class, new BatchNormalizationLowering());
    put(Binary.class, new BinaryLowering());
    put(Concat.class, new ConcatLowering());
    put(Constant.class, new ConstantLowering());
    put(Convolution2d.class, new Convolution2dLowering());
    put(TransposedConvolution2d.class, new TransposedConvolution2dLowering());
    put(Dense.class, new DenseLowering());
    put(Embedding.class, new EmbeddingLowering());
    put(GroupNormalization.class, new GroupNormalizationLowering());
    put(Interpolate2d.class, new Interpolate2dLowering());
    put(LayerNormalization.class, new LayerNormalizationLowering());
    put(MatMul.class, new MatMulLowering());
    put(MaxPool2d.class, new MaxPool2dLowering());
    put(MaxPool2dIndices.class, new MaxPool2dIndicesLowering());
    put(MaxUnpool2d.class, new MaxUnpool2dLowering());
    put(OneHot.class, new OneHotLowering());
    put(Pad2d.class, new Pad2dLowering());
    put(Permute.class, new PermuteLowering());
    put(Reduce.class, new ReduceLowering());
    put(Reshape.class, new ReshapeLowering());
    put(Slice.class, new SliceLowering());
    put(Softmax.class, new SoftmaxLowering());
    put(StopGradient.class, new StopGradientLowering());
    put(NearestUpsampling2d.class, new NearestUpsampling2dLowering());
  }

  private <L extends Layer> void put(Class<L> kind, Lowering<? super L> lowering) {
    byKind.put(kind, lowering);
  }

  /** These with another lowering of a kind. */
  <L extends Layer> Lowerings with(Class<L> kind, Lowering<? super L> lowering) {
    Lowerings others = new Lowerings(new HashMap<>(byKind));
    others.put(kind, lowering);
    return others;
  }

  /** The lowering of a layer, if its kind has one. */
  @SuppressWarnings("unchecked") // The map holds lowerings of their kinds alone.
  <L extends Layer> Optional<Lowering<L>> of(Class<L> kind) {
    return Optional.ofNullable((Lowering<L>) byKind.get(kind));
  }

  /** That there is no lowering of a layer, as a part of a sentence. */
  static String missing(Graph.Node node) {
    return String.format(
        Locale.ROOT,
        "%s is given by a %s layer, for which there is no lowering",
        node.output(),
        node.layer().getClass().getSimpleName());
  }
}
