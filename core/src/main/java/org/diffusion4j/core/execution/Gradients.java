package org.diffusion4j.core.execution;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a backward run gives.
 *
 * @param loss the value of the loss
 * @param gradients the gradient of the loss by parameter or input name, each of that array's shape
 * @param outputs the values of the further outputs that were asked for
 */
public record Gradients(
    double loss, Map<String, INDArray> gradients, Map<String, INDArray> outputs) {}
