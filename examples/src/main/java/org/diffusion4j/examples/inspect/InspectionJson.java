package org.diffusion4j.examples.inspect;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import org.diffusion4j.core.weights.TensorInfo;

/** An inspection as JSON, with every tensor. */
public final class InspectionJson {
  private InspectionJson() {}

  /** The JSON of an inspection. */
  public static ObjectNode of(Inspection inspection) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("path", inspection.path().toString());
    root.put("class", inspection.pipeline());
    addTotals(root, inspection.tensors());
    for (ModelPart part : inspection.parts()) {
      ObjectNode node = root.withArray("parts").addObject();
      node.put("name", part.name());
      node.put("class", part.className());
      part.config().ifPresent(config -> node.put("config", config.toString()));
      addTotals(node, part.tensors());
      node.putArray("files");
      part.weights().forEach(header -> node.withArray("files").add(file(header)));
    }
    return root;
  }

  private static ObjectNode file(WeightsHeader header) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("file", header.file().toString());
    ObjectNode metadata = node.putObject("metadata");
    header.metadata().forEach(metadata::put);
    node.putArray("tensors");
    header
        .tensors()
        .forEach(
            (name, info) -> {
              ObjectNode tensor = node.withArray("tensors").addObject();
              tensor.put("name", name);
              tensor.put("dtype", info.dtype().name());
              tensor.putArray("shape");
              info.shape().forEach(tensor.withArray("shape")::add);
              tensor.put("parameters", info.size());
              tensor.put("bytes", info.end() - info.begin());
            });
    return node;
  }

  private static void addTotals(ObjectNode node, Collection<TensorInfo> tensors) {
    add(node, Totals.of(tensors));
    ObjectNode dtypes = node.putObject("dtypes");
    Totals.byDType(tensors).forEach((dtype, totals) -> add(dtypes.putObject(dtype.name()), totals));
  }

  private static void add(ObjectNode node, Totals totals) {
    node.put("tensors", totals.tensors());
    node.put("parameters", totals.parameters());
    node.put("bytes", totals.bytes());
  }
}
