package org.diffusion4j.diffusion.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.diffusion4j.core.testing.ByteMutation;
import org.diffusion4j.core.testing.HostileFiles;
import org.diffusion4j.core.testing.JsonMutation;
import org.diffusion4j.core.testing.Mutation;
import org.diffusion4j.diffusion.sample.SchedulerType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class ModelIndexFuzzTest {
  @TempDir Path folder;

  @Test
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
  void hostileIndexesAreReadOrRefused() throws Exception {
    new HostileFiles(
            folder.resolve("model_index.json"),
            indexes(),
            Mutation.anyOf(new ByteMutation(), new JsonMutation()),
            HostileFiles.JSON_TREE)
        .assertReadsOrRefuses(ModelIndex::read);
  }

  private List<byte[]> indexes() throws IOException {
    List<byte[]> corpus = new ArrayList<>();
    Path file = folder.resolve("written.json");
    for (ModelIndex index :
        List.of(
            ModelIndex.stableDiffusion(SchedulerType.PNDM),
            ModelIndex.stableDiffusionXl(SchedulerType.EULER))) {
      index.write(file);
      corpus.add(Files.readAllBytes(file));
    }
    return corpus;
  }
}
