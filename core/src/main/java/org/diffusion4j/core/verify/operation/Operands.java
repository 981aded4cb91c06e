package org.diffusion4j.core.verify.operation;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.verify.GoldenCase;
import org.diffusion4j.core.verify.JsonFields;
import org.diffusion4j.core.verify.UnsupportedCaseException;

/** What an operation is built from: a graph, and the inputs and parameters of a golden case. */
final class Operands {
  private final Graph graph;
  private final GoldenCase golden;
  private final JsonFields params;
  private final Set<String> inputs;

  Operands(Graph graph, GoldenCase golden) {
    this.graph = graph;
    this.golden = golden;
    this.params = golden.fields().object("params");
    this.inputs = new LinkedHashSet<>(golden.inputs());
  }

  /** The graph to add the operation to. */
  Graph graph() {
    return graph;
  }

  /** The case. */
  GoldenCase golden() {
    return golden;
  }

  /** The parameters of the case, such as {@code stride}. */
  JsonFields params() {
    return params;
  }

  /** The parameter of that name, if the case has it. */
  double number(String param, double otherwise) {
    return params.has(param) ? params.number(param) : otherwise;
  }

  /** The tensor of that name as an input of the graph, to be asked for once. */
  Tensor input(String name) {
    inputs.remove(name);
    long[] shape = golden.shape(name);
    return golden.isInteger(name) ? graph.inputIds(name, shape) : graph.input(name, shape);
  }

  /** The tensor of that name as an input of the graph, if the case has it. */
  Optional<Tensor> optional(String name) {
    return golden.has(name) ? Optional.of(input(name)) : Optional.empty();
  }

  /** Says that the case cannot be computed unless a condition holds. */
  void support(boolean holds, String param) {
    if (!holds) {
      throw unsupported(param);
    }
  }

  /** What says that a parameter has a value that is not supported. */
  UnsupportedCaseException unsupported(String param) {
    return new UnsupportedCaseException("no operation for " + param + " (=" + value(param) + ")");
  }

  private String value(String param) {
    return Texts.quote(params.node(param).toString());
  }

  /** Throws unless every input and every parameter of the case went into the operation. */
  void requireAllUsed() {
    Set<String> unused = new LinkedHashSet<>(params.unread());
    graph.parameters().forEach(spec -> inputs.remove(GraphCheck.tensorName(spec)));
    unused.addAll(inputs);
    if (!unused.isEmpty()) {
      throw new UnsupportedCaseException("no operation that takes " + String.join(", ", unused));
    }
  }
}
