package org.diffusion4j.clip.image;

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
class PreprocessorFileFuzzTest {
  private static final String FULL =
      """
      {"image_processor_type": "CLIPImageProcessor", "do_resize": true,
       "size": {"shortest_edge": 224}, "resample": 3, "do_center_crop": true,
       "crop_size": {"height": 224, "width": 224}, "do_rescale": true,
       "rescale_factor": 0.00392156862745098, "do_normalize": true, "do_convert_rgb": true,
       "image_mean": [0.48145466, 0.4578275, 0.40821073],
       "image_std": [0.26862954, 0.26130258, 0.27577711]}
      """;

  private static final String OLD =
      """
      {"feature_extractor_type": "CLIPFeatureExtractor", "size": 224, "crop_size": 224,
       "resample": 2, "do_resize": false}
      """;

  @TempDir Path folder;

  @Test
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
  void hostileFilesAreReadOrRefused() throws Exception {
    new HostileFiles(
            folder.resolve("preprocessor_config.json"),
            List.of(FULL.getBytes(UTF_8), OLD.getBytes(UTF_8)),
            Mutation.anyOf(new ByteMutation(), new JsonMutation()),
            HostileFiles.JSON_TREE)
        .assertReadsOrRefuses(ClipImageProcessorConfig::read);
  }
}
