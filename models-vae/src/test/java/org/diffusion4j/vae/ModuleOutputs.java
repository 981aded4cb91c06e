package org.diffusion4j.vae;

import java.util.ArrayList;
import java.util.List;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.testing.TestResources;

/** What single modules of a network give, which reference files hold as {@code mid.<module>}. */
final class ModuleOutputs {
  private static final String PREFIX = "mid.";

  private ModuleOutputs() {}

  /**
   * Names the outputs of the modules that a reference file holds.
   *
   * @param io the resource of the file's JSON
   * @return the names
   */
  static List<String> name(Graph graph, String io) {
    List<String> names = new ArrayList<>();
    for (String name : TestResources.golden(io).names()) {
      if (name.startsWith(PREFIX)) {
        String scope = name.substring(PREFIX.length()) + ".";
        Graph.Node last =
            graph.nodes().stream()
                .filter(node -> node.output().name().startsWith(scope))
                .reduce((first, second) -> second)
                .orElseThrow(() -> new AssertionError("no layer is in " + scope));
        graph.named(name, last.output());
        names.add(name);
      }
    }
    return names;
  }
}
