package org.diffusion4j.core.execution.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.diffusion4j.core.graph.Convolution2d;
import org.diffusion4j.core.graph.Dense;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.GroupNormalization;
import org.diffusion4j.core.graph.Layer;
import org.diffusion4j.core.graph.PoolSettings;
import org.diffusion4j.core.graph.Slice;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.nn.Conv2d;
import org.diffusion4j.core.nn.GroupNorm;
import org.diffusion4j.core.nn.Linear;
import org.junit.jupiter.api.Test;

class KernelPassTest {
  /** An engine whose layers with parameters, and slices, take all that the rules find. */
  private static final KernelSupport ABLE =
      new KernelSupport() {
        @Override
        public boolean takesBefore(Layer root, Layer before) {
          return true;
        }

        @Override
        public boolean takesAfter(Kernel kernel, Layer follower) {
          Layer root = kernel.root().layer();
          return root instanceof Convolution2d
              || root instanceof Dense
              || root instanceof GroupNormalization
              || root instanceof Slice;
        }
      };

  private static final KernelSupport UNABLE =
      new KernelSupport() {
        @Override
        public boolean takesBefore(Layer root, Layer before) {
          return false;
        }

        @Override
        public boolean takesAfter(Kernel kernel, Layer follower) {
          return false;
        }
      };

  private final Graph graph = new Graph();
  private final Tensor x = graph.input("x", 2, 6, 5, 7);

  private List<Kernel> kernels(boolean training, Tensor... outputs) {
    return KernelPass.kernels(graph.nodes(), Set.of(outputs), training, ABLE);
  }

  private static Kernel around(List<Kernel> kernels, Tensor root) {
    return kernels.stream()
        .filter(kernel -> kernel.root().output().equals(root))
        .findFirst()
        .orElseThrow();
  }

  private static List<Tensor> epilogue(List<Kernel> kernels, Tensor root) {
    return around(kernels, root).epilogue().stream()
        .map(follower -> follower.node().output())
        .toList();
  }

  private static List<Tensor> prologue(List<Kernel> kernels, Tensor root) {
    return around(kernels, root).prologue().stream().map(Graph.Node::output).toList();
  }

  private static List<Tensor> roots(List<Kernel> kernels) {
    return kernels.stream().map(kernel -> kernel.root().output()).toList();
  }

  @Test
  void whatFollowsAConvolutionJoinsIt() {
    Tensor y = Conv2d.same3x3(6).build(graph.scope("c"), x);
    Tensor activated = graph.apply(UnaryFunction.SILU, y);
    Tensor sum = x.plus(activated);
    Tensor half = sum.times(0.5);
    List<Kernel> kernels = kernels(false);
    assertEquals(List.of(y), roots(kernels));
    assertEquals(List.of(activated, sum, half), epilogue(kernels, y));
    Kernel kernel = kernels.get(0);
    assertEquals(half, kernel.output());
    assertEquals(y, kernel.epilogue().get(0).x());
    assertEquals(x, kernel.epilogue().get(1).other());
  }

  @Test
  void anEngineThatTakesNothingGetsLayersByThemselves() {
    Tensor padded = graph.pad2d(x, 0, 1, 0, 1);
    Tensor y = Conv2d.same3x3(6).build(graph.scope("c"), padded);
    Tensor activated = graph.apply(UnaryFunction.SILU, y);
    List<Kernel> kernels = KernelPass.kernels(graph.nodes(), Set.of(activated), false, UNABLE);
    assertEquals(List.of(padded, y, activated), roots(kernels));
    kernels.forEach(kernel -> assertEquals(Kernel.of(kernel.root()), kernel));
  }

  @Test
  void inTrainingWhatAGradientNeedsStays() {
    Tensor y = Conv2d.same3x3(6).build(graph.scope("c"), x);
    Tensor sum = y.plus(x);
    Tensor activated = graph.apply(UnaryFunction.SILU, sum);
    assertEquals(List.of(sum), epilogue(kernels(true), y));
    assertEquals(List.of(y, activated), roots(kernels(true)));
  }

  @Test
  void whatIsAskedForOrReadTwiceIsNotJoined() {
    Tensor y = Conv2d.same3x3(6).build(graph.scope("c"), x);
    Tensor activated = graph.apply(UnaryFunction.SILU, y);
    assertEquals(List.of(), epilogue(kernels(false, y), y));
    y.times(activated);
    assertEquals(List.of(), epilogue(kernels(false), y));
  }

  @Test
  void aSumJoinsTheLaterOfItsOperands() {
    Tensor first = Conv2d.same3x3(6).build(graph.scope("a"), x);
    Tensor second = Conv2d.same3x3(6).build(graph.scope("b"), x);
    Tensor sum = second.plus(first);
    assertEquals(List.of(), epilogue(kernels(false), first));
    assertEquals(List.of(sum), epilogue(kernels(false), second));
  }

  @Test
  void aSumDoesNotJoinWhatIsThereBeforeItsOtherOperand() {
    Tensor early = Conv2d.same3x3(6).build(graph.scope("a"), x);
    Tensor late = graph.avgPool2d(x, PoolSettings.of(1));
    early.plus(late);
    assertEquals(List.of(), epilogue(kernels(false), early));
  }

  @Test
  void partsOfALinearLayerAreKernelsOfTheirOwn() {
    Tensor y = new Linear(14).build(graph.scope("l"), graph.input("z", 3, 5));
    Tensor value = graph.slice(y, 1, 0, 7);
    Tensor gate = graph.slice(y, 1, 7, 14);
    Tensor activated = graph.apply(UnaryFunction.GELU, gate);
    Tensor product = value.times(activated);
    List<Kernel> kernels = kernels(false);
    assertEquals(List.of(value, gate), roots(kernels));
    assertEquals(List.of(y), prologue(kernels, value));
    assertEquals(List.of(y), prologue(kernels, gate));
    assertEquals(List.of(), epilogue(kernels, value));
    assertEquals(List.of(activated, product), epilogue(kernels, gate));
    assertEquals(List.of(), prologue(kernels(false, y), gate));
  }

  @Test
  void normsAndConvolutionsTakeWhatIsBeforeThem() {
    Tensor sum = x.plus(graph.input("t", 2, 6, 1, 1));
    Tensor norm = new GroupNorm(2, 1e-5).build(graph.scope("n"), sum);
    Tensor activated = graph.apply(UnaryFunction.SILU, norm);
    Tensor padded = graph.pad2d(activated, 0, 1, 0, 1);
    Tensor y = Conv2d.same3x3(6).build(graph.scope("c"), padded);
    List<Kernel> kernels = kernels(false);
    assertEquals(List.of(norm, y), roots(kernels));
    assertEquals(List.of(sum), prologue(kernels, norm));
    assertEquals(List.of(activated), epilogue(kernels, norm));
    assertEquals(List.of(padded), prologue(kernels, y));
    assertEquals(List.of(sum), prologue(kernels(true), norm));
    assertEquals(List.of(), epilogue(kernels(true), norm));
  }
}
