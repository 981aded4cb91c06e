package org.diffusion4j.clip.verify;

import java.util.List;
import org.diffusion4j.core.graph.Tensor;
import org.diffusion4j.core.verify.model.ModelGraph;

/** What the layers of CLIP's transformers give. */
final class Layers {
  private Layers() {}

  /**
   * Names it as the reference does.
   *
   * @param transformer the name of the transformer's module
   * @param states what the first layer is given and what each layer gives
   */
  static void give(ModelGraph in, String transformer, List<Tensor> states) {
    for (int i = 1; i < states.size(); i++) {
      in.give("mid." + transformer + ".encoder.layers." + (i - 1), states.get(i));
    }
  }
}
