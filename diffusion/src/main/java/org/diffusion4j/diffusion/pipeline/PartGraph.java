package org.diffusion4j.diffusion.pipeline;

import java.nio.file.Path;
import java.util.List;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.onnx.OnnxExport;
import org.diffusion4j.core.onnx.OnnxOptions;
import org.diffusion4j.core.weights.Weights;

/**
 * A part of a model, to be run alone.
 *
 * @param weights all of the part's
 * @param outputs names of the graph's tensors
 */
public record PartGraph(Graph graph, Weights weights, List<String> outputs)
    implements AutoCloseable {

  public PartGraph {
    outputs = List.copyOf(outputs);
  }

  /** Writes it as an ONNX model; see {@link OnnxExport}. */
  public void writeOnnx(Path file, OnnxOptions options, OnnxExport.Progress progress) {
    OnnxExport.write(graph, weights, outputs, file, options, progress);
  }

  /** Closes the weights. */
  @Override
  public void close() {
    weights.close();
  }
}
