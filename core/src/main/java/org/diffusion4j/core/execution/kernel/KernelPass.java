package org.diffusion4j.core.execution.kernel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;

/** Turns the layers of a graph into kernels, rule by rule. */
public final class KernelPass {
  private static final List<PrologueRule> PROLOGUES =
      List.of(new PaddingRule(), new ChannelShiftRule(), new SlicedLinearRule());

  private static final List<EpilogueRule> EPILOGUES =
      List.of(new ElementwiseRule(), new ResidualRule());

  private final KernelSupport support;
  private final boolean training;
  private final Set<Tensor> outputs;
  private final Map<Tensor, List<Graph.Node>> readers = new HashMap<>();
  private final List<Kernel> kernels = new ArrayList<>();

  /** The layers that moved into their readers' kernels. */
  private final Map<Tensor, Graph.Node> moved = new HashMap<>();

  /** The index of the kernel that a tensor is a value of. */
  private final Map<Tensor, Integer> givers = new HashMap<>();

  private KernelPass(KernelSupport support, boolean training, Set<Tensor> outputs) {
    this.support = support;
    this.training = training;
    this.outputs = outputs;
  }

  /**
   * The kernels that compute layers, in an order in which they can run.
   *
   * @param nodes the layers, in their order
   * @param outputs tensors that must come to be by themselves
   * @param training whether a backward pass follows, for which what a gradient needs is kept
   * @param support what the engine can compute together
   */
  public static List<Kernel> kernels(
      List<Graph.Node> nodes, Set<Tensor> outputs, boolean training, KernelSupport support) {
    KernelPass pass = new KernelPass(support, training, outputs);
    for (Graph.Node node : nodes) {
      node.layer().inputs().stream()
          .distinct()
          .forEach(input -> pass.readers.computeIfAbsent(input, x -> new ArrayList<>()).add(node));
    }
    nodes.forEach(pass::place);
    return List.copyOf(pass.kernels);
  }

  private void place(Graph.Node node) {
    if (moves(node)) {
      moved.put(node.output(), node);
      return;
    }
    List<Graph.Node> prologue =
        node.layer().inputs().stream().distinct().map(moved::get).filter(x -> x != null).toList();
    Optional<Integer> taker = prologue.isEmpty() ? kernelThatTakes(node) : Optional.empty();
    if (taker.isPresent()) {
      kernels.set(taker.get(), kernels.get(taker.get()).then(node));
    } else {
      kernels.add(new Kernel(prologue, node, List.of()));
    }
    givers.put(node.output(), taker.orElse(kernels.size() - 1));
  }

  private boolean moves(Graph.Node node) {
    List<Graph.Node> readers = readersOf(node.output());
    return !outputs.contains(node.output())
        && !readers.isEmpty()
        && PROLOGUES.stream().anyMatch(rule -> rule.moves(node, readers))
        && readers.stream().allMatch(reader -> support.takesBefore(reader.layer(), node.layer()));
  }

  private Optional<Integer> kernelThatTakes(Graph.Node node) {
    if (training && GradientNeeds.includeInputsOf(node.layer())) {
      return Optional.empty();
    }
    return EPILOGUES.stream()
        .flatMap(rule -> rule.joins(node.layer(), this::giver).stream())
        .filter(x -> !outputs.contains(x) && readersOf(x).size() == 1)
        .map(this::giver)
        .filter(giver -> giver >= 0 && support.takesAfter(kernels.get(giver), node.layer()))
        .findFirst();
  }

  private List<Graph.Node> readersOf(Tensor tensor) {
    return readers.getOrDefault(tensor, List.of());
  }

  private int giver(Tensor tensor) {
    return givers.getOrDefault(tensor, -1);
  }
}
