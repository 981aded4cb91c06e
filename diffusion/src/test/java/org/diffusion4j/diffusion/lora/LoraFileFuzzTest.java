package org.diffusion4j.diffusion.lora;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.testing.ByteMutation;
import org.diffusion4j.core.testing.HostileFiles;
import org.diffusion4j.core.testing.Mutation;
import org.diffusion4j.core.testing.SafetensorsMutation;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.SafetensorsWriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

@Tag("slow")
class LoraFileFuzzTest {
  /** The names that the modules of the model may have in files of any naming. */
  private static final long NAMES_BYTES = 1 << 22;

  @TempDir Path folder;

  @Test
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
  void hostileAdaptersAreReadOrRefused() throws Exception {
    new HostileFiles(
            folder.resolve("adapter.safetensors"),
            everyNaming(),
            Mutation.anyOf(new ByteMutation(), new SafetensorsMutation()),
            bytes -> NAMES_BYTES + HostileFiles.JSON_TREE.applyAsLong(bytes))
        .assertReadsOrRefuses(file -> LoraFile.read(file, SmallPipeline.PARAMETERS));
  }

  private List<byte[]> everyNaming() throws IOException {
    Map<String, INDArray> tensors = SmallPipeline.fileTensors(folder, SmallPipeline.lora(2, 2));
    List<byte[]> corpus = new ArrayList<>();
    Path file = folder.resolve("written.safetensors");
    for (LoraNaming naming : LoraNaming.values()) {
      Map<String, INDArray> named = new LinkedHashMap<>();
      tensors.forEach((name, values) -> named.put(naming.of(name), values));
      SafetensorsWriter.write(
          file,
          named,
          DType.F16,
          Map.of("lora_adapter_metadata", "{\"unet.r\": 2, \"unet.lora_alpha\": 2}"));
      corpus.add(Files.readAllBytes(file));
    }
    return corpus;
  }
}
