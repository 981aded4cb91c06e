package org.diffusion4j.core.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import org.diffusion4j.core.check.Require;

/**
 * The size of the samples that a model was trained on; in a file one number for squares, or two.
 *
 * @param height in values, which are pixels or latents
 * @param width likewise
 */
public record SampleSize(int height, int width) {

  public SampleSize {
    Require.positive("height of sampleSize", height, ModelLimits.SIDE);
    Require.positive("width of sampleSize", width, ModelLimits.SIDE);
  }

  /** A square. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static SampleSize of(int side) {
    return new SampleSize(side, side);
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static SampleSize of(List<Integer> sizes) {
    Require.that(sizes.size() == 2, "sampleSize", sizes, "must be a height and a width");
    return new SampleSize(sizes.get(0), sizes.get(1));
  }

  @JsonValue
  Object json() {
    return height == width ? (Object) height : List.of(height, width);
  }
}
