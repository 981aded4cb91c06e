package org.diffusion4j.core.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.diffusion4j.core.check.Require;
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
class ConfigFileFuzzTest {
  /** Components of every kind that the configs of models have. */
  record EveryKind(
      int channels,
      double scale,
      boolean bias,
      String name,
      Kind kind,
      List<Kind> kinds,
      List<Integer> counts,
      SampleSize sampleSize,
      OptionalInt heads,
      Optional<Double> rate) {
    EveryKind {
      Require.positive("channels", channels);
      Require.finite("scale", scale);
      kinds = List.copyOf(kinds);
      counts = List.copyOf(counts);
    }
  }

  enum Kind {
    CONV,
    ATTENTION
  }

  private static final EveryKind DEFAULTS =
      new EveryKind(
          3,
          0.5,
          true,
          "a",
          Kind.CONV,
          List.of(Kind.ATTENTION, Kind.CONV),
          List.of(2, 3),
          SampleSize.of(5),
          OptionalInt.empty(),
          Optional.of(0.5));

  private static final String FULL =
      """
      {"_class_name": "EveryKind", "_diffusers_version": "0.30.0", "channels": 3, "scale": 0.25,
       "bias": false, "name": "b", "kind": "CONV", "kinds": ["CONV", "ATTENTION"],
       "counts": [2, 3, 5], "sample_size": [7, 11], "heads": 13, "rate": 1e-5}
      """;

  private static final String SPARSE =
      """
      {"_class_name": "EveryKind", "sample_size": 7, "heads": null, "rate": null, "scale": 0.5}
      """;

  @TempDir Path folder;

  @Test
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
  void hostileConfigsAreReadOrRefused() throws Exception {
    new HostileFiles(
            folder.resolve("config.json"),
            List.of(FULL.getBytes(UTF_8), SPARSE.getBytes(UTF_8)),
            Mutation.anyOf(new ByteMutation(), new JsonMutation()),
            HostileFiles.JSON_TREE)
        .assertReadsOrRefuses(file -> ConfigFile.readOver(file, DEFAULTS, "EveryKind"));
  }
}
