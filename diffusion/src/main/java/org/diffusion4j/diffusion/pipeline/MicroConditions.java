package org.diffusion4j.diffusion.pipeline;

import java.io.IOException;
import java.util.OptionalInt;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.unet.UNet2DConditionConfig;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a U-Net of Stable Diffusion XL is told of an image besides its text (Podell et al. 2023,
 * section 2.2): of one that was never scaled nor cropped.
 */
enum MicroConditions {
  /** The base model: height and width of the original, top and left of the crop, the image's. */
  SIZES(6),
  /** The refiner: the original and the crop likewise, and how beautiful the image is. */
  AESTHETIC_SCORE(5);

  /** What the flag of {@code model_index.json} is called. */
  static final String REQUIRES_AESTHETICS_SCORE = "requires_aesthetics_score";

  /** The scores of diffusers, from 0 to 10, for the prompt and for the negative prompt. */
  private static final double SCORE = 6;

  private static final double NEGATIVE_SCORE = 2.5;

  private final int count;

  MicroConditions(int count) {
    this.count = count;
  }

  /**
   * What a model is told.
   *
   * @throws InvalidFileException if its U-Net leaves no room for it beside the text embeddings
   */
  static MicroConditions of(ModelFolder model, UNet2DConditionConfig unet, TextEncoder textEncoder)
      throws IOException {
    MicroConditions conditions = of(model);
    if (unet.additionEmbedType().isPresent()) {
      conditions.requireFit(model, unet, textEncoder.projectionDim());
    }
    return conditions;
  }

  /** What a model is told, as its index says. */
  static MicroConditions of(ModelFolder model) throws IOException {
    boolean score =
        model.index().map(index -> index.flags().get(REQUIRES_AESTHETICS_SCORE)).orElse(false);
    return score ? AESTHETIC_SCORE : SIZES;
  }

  private void requireFit(ModelFolder model, UNet2DConditionConfig unet, OptionalInt projection) {
    if (projection.isEmpty()) {
      throw new InvalidFileException(
          model.folder(Part.CLIP_2), "must be there: the U-Net takes embeddings of whole texts");
    }
    int features = unet.projectionClassEmbeddingsInputDim().getAsInt();
    int dim = unet.additionTimeEmbedDim().getAsInt();
    long expected = projection.getAsInt() + (long) count * dim;
    if (features != expected) {
      throw new InvalidFileException(
          model.folder(Part.UNET),
          "projection_class_embeddings_input_dim (="
              + features
              + ") must be "
              + expected
              + ": the projection_dim of text_encoder_2 (="
              + projection.getAsInt()
              + ") and "
              + count
              + " of addition_time_embed_dim (="
              + dim
              + "), as "
              + REQUIRES_AESTHETICS_SCORE
              + " (="
              + (this == AESTHETIC_SCORE)
              + ") asks for");
    }
  }

  /** How many numbers they are. */
  int count() {
    return count;
  }

  /**
   * The numbers for each text, of which the last is the prompt.
   *
   * @param size of the image in pixels, height and width
   * @return {@code [texts, count]}
   */
  INDArray timeIds(long[] size, int texts) {
    double[][] rows = new double[texts][];
    for (int i = 0; i < texts; i++) {
      rows[i] =
          switch (this) {
            case SIZES -> new double[] {size[0], size[1], 0, 0, size[0], size[1]};
            case AESTHETIC_SCORE ->
                new double[] {size[0], size[1], 0, 0, i == texts - 1 ? SCORE : NEGATIVE_SCORE};
          };
    }
    return Nd4j.createFromArray(rows);
  }
}
