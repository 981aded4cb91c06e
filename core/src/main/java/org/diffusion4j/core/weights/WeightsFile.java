package org.diffusion4j.core.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.*;
import org.diffusion4j.core.graph.ParameterSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Temporary. */
public final class WeightsFile {
  private WeightsFile() {}

  /** Temporary. */
  public static Weights load(Path file, Collection<ParameterSpec> specs) throws IOException {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    try (SafetensorsFile f = SafetensorsFile.open(file)) {
      for (ParameterSpec spec : specs) {
        arrays.put(
            spec.name(),
            f.read(spec.name()).permute(spec.layout().fileAxes(spec.shape().size())).dup('c'));
      }
    }
    return new Weights(specs, arrays);
  }

  /** Temporary. */
  public static void save(Path file, Weights weights, DType dtype, Map<String, String> metadata)
      throws IOException {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    for (ParameterSpec spec : weights.specs()) {
      int[] axes = spec.layout().fileAxes(spec.shape().size());
      int[] inverse = new int[axes.length];
      for (int i = 0; i < axes.length; i++) {
        inverse[axes[i]] = i;
      }
      INDArray a = weights.get(spec.name());
      arrays.put(spec.name(), axes.length < 2 ? a : a.permute(inverse).dup('c'));
    }
    SafetensorsWriter.write(file, arrays, metadata);
  }
}
