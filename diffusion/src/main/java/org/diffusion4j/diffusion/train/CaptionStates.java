package org.diffusion4j.diffusion.train;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.diffusion4j.diffusion.pipeline.TextConditions;
import org.diffusion4j.diffusion.pipeline.TextEncoder;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What a U-Net looks at for each caption, encoded once and kept on the Java heap. */
final class CaptionStates {
  /** By caption, {@code [s * d]}. */
  private final Map<String, float[]> states = new HashMap<>();

  /** By caption, {@code [p]}; with Stable Diffusion XL alone. */
  private final Map<String, float[]> pooled = new HashMap<>();

  private final int length;

  private CaptionStates(int length) {
    this.length = length;
  }

  /** Those of no caption. */
  static CaptionStates of(TextEncoder encoder) {
    CaptionStates states = new CaptionStates(encoder.length());
    states.add(encoder, "");
    return states;
  }

  /** Adds a caption. */
  void add(TextEncoder encoder, String caption) {
    TextConditions conditions = encoder.encode(List.of(caption), OptionalInt.empty());
    states.put(caption, values(conditions.states()));
    conditions.pooled().ifPresent(array -> pooled.put(caption, values(array)));
  }

  /** The floats that each caption takes. */
  long size() {
    return (long) length * features() + pooledFeatures().orElse(0);
  }

  private static float[] values(INDArray array) {
    return array.dup('c').data().asFloat();
  }

  /** The length of the states of a caption. */
  int length() {
    return length;
  }

  /** The features of each state. */
  int features() {
    return states.get("").length / length;
  }

  /** The features of whole captions, if the text encoder gives them. */
  OptionalInt pooledFeatures() {
    return pooled.isEmpty() ? OptionalInt.empty() : OptionalInt.of(pooled.get("").length);
  }

  /** {@code [n, s, d]}. */
  INDArray states(List<String> captions) {
    return rows(captions, states, captions.size(), length, features());
  }

  /** {@code [n, p]}. */
  INDArray pooled(List<String> captions) {
    return rows(captions, pooled, captions.size(), pooledFeatures().orElseThrow());
  }

  private static INDArray rows(List<String> captions, Map<String, float[]> known, long... shape) {
    int size = known.get("").length;
    float[] values = new float[Math.multiplyExact(captions.size(), size)];
    for (int i = 0; i < captions.size(); i++) {
      System.arraycopy(known.get(captions.get(i)), 0, values, i * size, size);
    }
    return Nd4j.create(values, shape, 'c');
  }
}
