package org.diffusion4j.core.execution.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import org.diffusion4j.core.graph.Clip;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Layer;
import org.diffusion4j.core.graph.Pad2d;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.graph.UnaryFunction;
import org.diffusion4j.core.nn.Conv2d;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KernelPartsTest {
  private final Graph graph = new Graph();
  private final Tensor x = graph.input("x", 2, 3, 5, 7);
  private final Tensor padded = graph.pad2d(x, 0, 1, 0, 1);
  private final Tensor y = Conv2d.same3x3(6).build(graph.scope("c"), padded);
  private final Tensor activated = graph.apply(UnaryFunction.SILU, y);
  private final Tensor half = activated.times(0.5);
  private final Kernel kernel =
      new Kernel(List.of(node(padded)), node(y), List.of()).then(node(activated)).then(node(half));

  private KernelParts<Layer> parts;

  @BeforeEach
  void takeNothing() {
    parts = KernelParts.of(kernel);
  }

  private Graph.Node node(Tensor tensor) {
    return Nodes.giving(graph, tensor);
  }

  private void assertLeft(String part) {
    assertEquals(
        "the lowering of kernel Convolution2d " + y + " leaves out its " + part,
        assertThrows(IllegalStateException.class, parts::requireAllTaken).getMessage());
  }

  @Test
  void whatIsTakenAsAWholeIsFine() {
    assertEquals(node(y).layer(), parts.root());
    assertEquals(Optional.of(node(padded).layer()), parts.prologue(Pad2d.class));
    assertEquals(List.of(y, activated), parts.epilogue(Kernel.Follower::x));
    assertEquals(half, parts.output());
    parts.requireAllTaken();
  }

  @Test
  void aRootThatIsLeftOutIsNamed() {
    parts.prologue(Pad2d.class);
    parts.epilogue(Kernel.Follower::layer);
    assertLeft("root Convolution2d " + y);
  }

  @Test
  void aPrologueThatIsLeftOutIsNamed() {
    parts.root();
    parts.epilogue(Kernel.Follower::layer);
    assertEquals(Optional.empty(), parts.prologue(Clip.class));
    assertLeft("prologue Pad2d " + padded);
  }

  @Test
  void anEpilogueThatIsLeftOutIsNamed() {
    parts.root();
    parts.prologue(Pad2d.class);
    assertLeft("epilogue Unary " + activated);
  }

  @Test
  void anEpilogueWhoseEndFailsIsNotTaken() {
    parts.root();
    parts.prologue(Pad2d.class);
    assertThrows(
        ArithmeticException.class,
        () ->
            parts.epilogue(
                follower -> {
                  if (follower.node().output().equals(half)) {
                    throw new ArithmeticException();
                  }
                  return follower;
                }));
    assertLeft("epilogue Affine " + half);
  }

  @Test
  void onlyFunctionsOfTwoTensorsHaveAnotherOperand() {
    assertEquals(
        "Unary " + activated + " has no second operand",
        assertThrows(IllegalStateException.class, () -> kernel.epilogue().get(0).other())
            .getMessage());
  }
}
