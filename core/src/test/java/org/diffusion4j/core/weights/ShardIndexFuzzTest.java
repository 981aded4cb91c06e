package org.diffusion4j.core.weights;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.List;
import org.diffusion4j.core.testing.ByteMutation;
import org.diffusion4j.core.testing.HostileFiles;
import org.diffusion4j.core.testing.JsonMutation;
import org.diffusion4j.core.testing.Mutation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class ShardIndexFuzzTest {
  private static final String INDEX =
      """
      {"metadata": {"total_size": 1234567890123},
       "weight_map": {
         "a.weight": "model-00001-of-00002.safetensors",
         "a.bias": "model-00002-of-00002.safetensors",
         "b.weight": "model-00002-of-00002.safetensors"}}
      """;

  @TempDir Path folder;

  @Test
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
  void hostileIndicesAreReadOrRefused() throws Exception {
    new HostileFiles(
            folder.resolve("model.safetensors.index.json"),
            List.of(INDEX.getBytes(UTF_8), "{\"weight_map\":{}}".getBytes(UTF_8)),
            Mutation.anyOf(new ByteMutation(), new JsonMutation()),
            HostileFiles.JSON_TREE)
        .assertReadsOrRefuses(file -> namesOfOneFolder(file));
  }

  /** What the index names must not be outside of its folder. */
  private static void namesOfOneFolder(Path file) {
    for (String shard : ShardIndex.read(file).weightMap().values()) {
      Path path = file.resolveSibling(shard).normalize();
      if (!file.getParent().equals(path.getParent())) {
        throw new AssertionError(path + " is outside of " + file.getParent());
      }
    }
  }
}
