package org.diffusion4j.core.execution.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.execution.kernel.KernelParts;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;
import org.diffusion4j.core.graph.Convolution2d;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Layer;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.nn.Conv2d;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;

class GraphCompilerTest {
  private final Graph graph = new Graph();
  private final Tensor x = graph.input("x", 2, 3, 5, 7);

  /** A lowering that computes some memory of the right shape, and takes nothing but the root. */
  private static final class ForgetfulLowering implements Lowering<Convolution2d> {
    @Override
    public View forward(Forward pass, KernelParts<Convolution2d> kernel) {
      kernel.root();
      return pass.plan().allocate(ElementType.F32, kernel.output().shapeArray());
    }

    @Override
    public void backward(Backward pass, KernelParts<Convolution2d> kernel, View gradient) {}
  }

  /** A lowering that reads its layer's input, whatever is before it. */
  private static final class CarelessLowering implements Lowering<Convolution2d> {
    @Override
    public View forward(Forward pass, KernelParts<Convolution2d> kernel) {
      return pass.value(kernel.root().x());
    }

    @Override
    public void backward(Backward pass, KernelParts<Convolution2d> kernel, View gradient) {}
  }

  private String failure(Tensor output, Lowerings lowerings) {
    graph.named("y", output);
    Weights weights = Weights.initialize(graph.parameters(), new Generator(1));
    GraphCompiler compiler = new GraphCompiler(graph, weights, Precision.F32, lowerings);
    return assertThrows(RuntimeException.class, () -> compiler.forward(List.of("y"))).getMessage();
  }

  private static Lowerings with(Lowering<Convolution2d> lowering) {
    return Lowerings.ALL.with(Convolution2d.class, lowering);
  }

  @Test
  void aLoweringThatForgetsTheEpilogueIsRefused() {
    Tensor y = Conv2d.same3x3(11).build(graph.scope("c"), x);
    Tensor activated = graph.apply(UnaryFunction.SILU, y);
    assertEquals(
        "the lowering of kernel Convolution2d " + y + " leaves out its epilogue Unary " + activated,
        failure(activated, with(new ForgetfulLowering())));
  }

  @Test
  void aLoweringThatForgetsThePrologueIsRefused() {
    Tensor padded = graph.pad2d(x, 0, 1, 0, 1);
    Tensor y = Conv2d.same3x3(11).build(graph.scope("c"), padded);
    assertEquals(
        "the lowering of kernel Convolution2d " + y + " leaves out its prologue Pad2d " + padded,
        failure(y, with(new ForgetfulLowering())));
  }

  @Test
  void aValueThatIsPartOfAKernelCannotBeRead() {
    Tensor padded = graph.pad2d(x, 0, 1, 0, 1);
    Tensor y = Conv2d.same3x3(11).build(graph.scope("c"), padded);
    assertEquals(
        "the value of " + padded + " is not kept: it is part of the kernels that read it",
        failure(y, with(new CarelessLowering())));
  }

  @Test
  void aLayerThatNoLoweringKnowsIsNamed() {
    Tensor twice = graph.add(new Unheard(x));
    assertEquals(
        "oneDNN cannot run this graph: "
            + twice
            + " is given by a Unheard layer, for which there is no lowering",
        failure(twice, Lowerings.ALL));
  }

  private record Unheard(Tensor x) implements Layer {
    @Override
    public List<Tensor> inputs() {
      return List.of(x);
    }
  }
}
