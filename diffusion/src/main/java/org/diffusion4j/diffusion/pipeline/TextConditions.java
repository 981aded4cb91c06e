package org.diffusion4j.diffusion.pipeline;

import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Texts as a U-Net looks at them.
 *
 * @param states {@code [n, s, d]}
 * @param pooled the embedding of each whole text, {@code [n, p]}; Stable Diffusion XL alone has it
 */
public record TextConditions(INDArray states, Optional<INDArray> pooled) {}
