package org.diffusion4j.core.onnx;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import onnx.Onnx.ModelProto;
import onnx.Onnx.OperatorSetIdProto;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.core.weights.WeightsFile;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Writes graphs with their weights as ONNX models; ONNX Runtime 1.29 is what they are held against.
 *
 * <p>Inputs are the graph's, with its names and shapes: a model is for these shapes alone.
 * Initializers have the parameters' names. Weights of 2-D convolutions are in ONNX's layout {@code
 * [out, in, kh, kw]}, all others in memory's, which is {@code [in, out]} for linear layers.
 */
public final class OnnxExport {
  /** The first with GELU. */
  private static final long OPSET = 20;

  /** What came with that operator set. */
  private static final long IR_VERSION = 9;

  /** Where protobuf ends: no message may have more bytes. */
  private static final long MAX_MODEL_SIZE = Integer.MAX_VALUE;

  /** Is told how far the writing has come; an exception of its ends it. */
  @FunctionalInterface
  public interface Progress {
    /** So many of all weights are written. */
    void wrote(int done, int total);
  }

  private OnnxExport() {}

  /** Writes a model in a form for every runtime, or replaces it. */
  public static void write(Graph graph, Weights weights, Collection<String> outputs, Path file) {
    write(graph, weights, outputs, file, OnnxOptions.DEFAULTS, (done, total) -> {});
  }

  /**
   * Writes a model, or replaces it.
   *
   * <p>Where the file would have 2 GiB, which protobuf does not allow, the weights are in a file of
   * the same name and {@code .data} beside it. They are written one after the other, so that
   * nothing but one of them is in memory twice. Files that were there stay as they were until the
   * new ones are whole.
   *
   * @param graph of FLOAT
   * @param outputs names of tensors that layers give, which the model's outputs are called too;
   *     what they do not need is left out
   * @param file such as {@code model.onnx}, in a folder that exists
   * @throws IllegalArgumentException if the graph is of DOUBLE, if there is no output or one that
   *     no layer gives, if an output needs operations of SameDiff of one's own, or if the weights
   *     are not the graph's
   * @throws java.io.UncheckedIOException if a file cannot be written
   */
  public static void write(
      Graph graph,
      Weights weights,
      Collection<String> outputs,
      Path file,
      OnnxOptions options,
      Progress progress) {
    write(graph, weights, outputs, file, options, progress, MAX_MODEL_SIZE);
  }

  /** The same with another bound of the bytes that a file with weights in it may have. */
  static void write(
      Graph graph,
      Weights weights,
      Collection<String> outputs,
      Path file,
      OnnxOptions options,
      Progress progress,
      long maxModelSize) {
    Require.that(graph.dataType() == DataType.FLOAT, "dataType", graph.dataType(), "must be FLOAT");
    GraphPart part = new GraphPart(graph, List.copyOf(outputs));
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("diffusion4j")
            .addOpsetImport(operators("", OPSET))
            .setGraph(part.toOnnx(new LayerForms(options)));
    if (options.attention() == OnnxOptions.Attention.ONNX_RUNTIME) {
      model.addOpsetImport(operators(AttentionForms.DOMAIN, 1));
    }
    weights.requireModel(part.parameters());
    Set<String> kernels = part.kernels();
    List<OnnxWeight> written =
        part.parameters().stream()
            .map(spec -> weight(spec, weights, kernels.contains(spec.name())))
            .toList();
    new OnnxFile(model.build(), written, maxModelSize, progress).write(file);
  }

  private static OperatorSetIdProto operators(String domain, long version) {
    return OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version).build();
  }

  private static OnnxWeight weight(ParameterSpec spec, Weights weights, boolean kernel) {
    return kernel
        ? new OnnxWeight(
            spec.name(),
            Arrays.stream(spec.fileShape()).boxed().toList(),
            () -> WeightsFile.fileValues(weights, spec))
        : new OnnxWeight(spec.name(), spec.shape(), () -> weights.values(spec.name()));
  }
}
