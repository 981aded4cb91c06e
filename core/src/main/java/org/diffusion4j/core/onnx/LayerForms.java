package org.diffusion4j.core.onnx;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.graph.Layer;

/** How each kind of layer is put into ONNX's operators. */
final class LayerForms {

  /** How one kind of layer is. */
  @FunctionalInterface
  interface Form<L extends Layer> {
    /**
     * Adds the nodes of a layer.
     *
     * @param output what to call its value
     * @return what its value is called, if it takes no node of its own
     */
    String add(L layer, String output, OnnxNodes nodes);
  }

  private final Map<Class<? extends Layer>, Form<Layer>> forms = new HashMap<>();

  LayerForms(OnnxOptions options) {
    ElementwiseForms.register(this);
    ShapeForms.register(this);
    ProductForms.register(this);
    NormForms.register(this);
    ImageForms.register(this);
    PoolForms.register(this);
    AttentionForms.register(this, options.attention());
  }

  <L extends Layer> void put(Class<L> kind, Form<L> form) {
    forms.put(kind, (layer, output, nodes) -> form.add(kind.cast(layer), output, nodes));
  }

  /** The kinds of layers that there is a form for. */
  Set<Class<? extends Layer>> kinds() {
    return Set.copyOf(forms.keySet());
  }

  /**
   * Adds the nodes of a layer.
   *
   * @throws IllegalArgumentException if there is no form for its kind
   */
  String add(Layer layer, String output, OnnxNodes nodes) {
    Form<Layer> form = forms.get(layer.getClass());
    Require.that(
        form != null,
        "layer " + output,
        layer.getClass().getSimpleName(),
        "must be of a kind that ONNX has operators for");
    return form.add(layer, output, nodes);
  }
}
