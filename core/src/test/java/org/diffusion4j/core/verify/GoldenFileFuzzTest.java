package org.diffusion4j.core.verify;

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
class GoldenFileFuzzTest {
  private static final String CASES =
      """
      {"tolerance": 1e-5,
       "cases": [
         {"name": "a/b", "sizes": [2, 3], "scale": 0.5, "bias": true, "of": {"kind": "conv"}},
         {"name": "c", "sizes": [5], "scale": 1, "bias": false, "of": {"kind": "dense"}}]}
      """;

  @TempDir Path folder;

  @Test
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
  void hostileCasesAreReadOrRefused() throws Exception {
    new HostileFiles(
            folder.resolve("x.json"),
            List.of(CASES.getBytes(UTF_8)),
            Mutation.anyOf(new ByteMutation(), new JsonMutation()),
            HostileFiles.JSON_TREE)
        .assertReadsOrRefuses(
            file -> {
              GoldenFile golden = GoldenFile.open(file);
              golden.fields().number("tolerance");
              for (GoldenCase each : golden.cases()) {
                JsonFields fields = each.fields();
                fields.integers("sizes");
                fields.number("scale");
                fields.flag("bias");
                fields.object("of").text("kind");
              }
            });
  }
}
