package org.diffusion4j.clip.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.diffusion4j.clip.ClipModel;
import org.diffusion4j.clip.text.ClipTextModelWithProjection;
import org.diffusion4j.core.testing.ByteMutation;
import org.diffusion4j.core.testing.HostileFiles;
import org.diffusion4j.core.testing.JsonMutation;
import org.diffusion4j.core.testing.Mutation;
import org.diffusion4j.core.testing.TestResources;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class TransformersConfigFuzzTest {
  @TempDir Path folder;

  @Test
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
  void hostileTextEncodersAreReadOrRefused() throws Exception {
    mutationsOf("org/diffusion4j/clip/verify/golden/clip-text/projection/config.json")
        .assertReadsOrRefuses(ClipTextModelWithProjection::read);
  }

  @Test
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
  void hostileModelsOfTwoPartsAreReadOrRefused() throws Exception {
    mutationsOf("org/diffusion4j/clip/verify/golden/clip/vit/config.json")
        .assertReadsOrRefuses(ClipModel::read);
  }

  private HostileFiles mutationsOf(String config) throws IOException {
    return new HostileFiles(
        folder.resolve("config.json"),
        List.of(Files.readAllBytes(TestResources.path(config))),
        Mutation.anyOf(new ByteMutation(), new JsonMutation()),
        HostileFiles.JSON_TREE);
  }
}
