package org.diffusion4j.clip.text;

import java.util.List;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Tensor;

/**
 * What a text model gives; what nobody asks an executor for is not computed.
 *
 * @param hiddenStates the embeddings and what each layer gives, without the final norm, each {@code
 *     [n, s, hiddenSize]}
 * @param lastHiddenState the last of them after the final norm
 */
public record TextStates(List<Tensor> hiddenStates, Tensor lastHiddenState) {

  public TextStates {
    hiddenStates = List.copyOf(hiddenStates);
  }

  /**
   * A state counted from the end: 0 is the last layer's, 1 the one before, as Stable Diffusion XL
   * reads it.
   *
   * @throws IllegalArgumentException if there are no more than {@code layers} of them
   */
  public Tensor fromEnd(int layers) {
    int last = hiddenStates.size() - 1;
    Require.inRange("layers", layers, 0, last);
    return hiddenStates.get(last - layers);
  }
}
