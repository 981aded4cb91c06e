package org.diffusion4j.diffusion.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
class SchedulerConfigFileFuzzTest {
  /** The fields of every class are listed to find those of none. */
  private static final long FIELDS_BYTES = 1 << 20;

  @TempDir Path folder;

  @Test
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
  void hostileConfigsAreReadOrRefused() throws Exception {
    new HostileFiles(
            folder.resolve("scheduler_config.json"),
            everyScheduler(),
            Mutation.anyOf(new ByteMutation(), new JsonMutation()),
            bytes -> FIELDS_BYTES + HostileFiles.JSON_TREE.applyAsLong(bytes))
        .assertReadsOrRefuses(file -> SchedulerConfigFile.read(file).config());
  }

  private List<byte[]> everyScheduler() throws IOException {
    List<byte[]> corpus = new ArrayList<>();
    Path file = folder.resolve("written.json");
    for (SchedulerType type : SchedulerType.values()) {
      SchedulerConfigFile.write(file, type.defaults());
      corpus.add(Files.readAllBytes(file));
    }
    return corpus;
  }
}
