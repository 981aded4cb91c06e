package org.diffusion4j.unet;

import java.util.Optional;
import org.diffusion4j.core.graph.Tensor;

/**
 * What {@link UNet2DConditionModel} is given besides sample, time and the states of the text; each
 * is present if and only if the config asks for it.
 *
 * @param classLabels ids below numClassEmbeds {@code [n]}, or what {@link
 *     UNet2DConditionClassEmbedType} says
 * @param textEmbeds with {@link AdditionEmbedType#TEXT_TIME}: the embeddings of the whole texts
 *     {@code [n, d]}
 * @param timeIds likewise: k sizes each {@code [n, k]} in pixels, such as height and width of the
 *     original, top and left of the crop, height and width of the image; {@code d + k
 *     additionTimeEmbedDim} is projectionClassEmbeddingsInputDim
 */
public record AddedConditions(
    Optional<Tensor> classLabels, Optional<Tensor> textEmbeds, Optional<Tensor> timeIds) {

  /** None of them. */
  public static final AddedConditions NONE =
      new AddedConditions(Optional.empty(), Optional.empty(), Optional.empty());
}
