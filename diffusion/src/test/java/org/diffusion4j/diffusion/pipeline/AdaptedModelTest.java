package org.diffusion4j.diffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.graph.ParameterSpec;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.Weights;
import org.diffusion4j.diffusion.lora.Lora;
import org.diffusion4j.diffusion.lora.LoraAdapter;
import org.diffusion4j.diffusion.lora.LoraConfig;
import org.diffusion4j.diffusion.lora.LoraFile;
import org.diffusion4j.diffusion.lora.LoraPart;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.unet.UNet2DConditionModel;
import org.diffusion4j.vae.AutoencoderKL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A reference pipeline whose text encoder, as that of Stable Diffusion 1, has no projection. */
class AdaptedModelTest {
  private static final ModelFolder MODEL = PipelineFolders.golden("pipeline");

  @TempDir Path folder;

  @Test
  void weightsAreReadWithTheAdaptersInThem() throws IOException {
    List<ParameterSpec> unet = new UNet2DConditionModel(MODEL.unetConfig()).parameters();
    List<ParameterSpec> text = MODEL.textEncoder(Part.CLIP).parameters();
    Lora first =
        new Lora(
            Map.of(
                LoraPart.UNET, random(unet, LoraConfig.unet(3)),
                LoraPart.TEXT_ENCODER, random(text, LoraConfig.textEncoder(2))));
    Lora second =
        new Lora(
            Map.of(LoraPart.UNET, random(unet, new LoraConfig(5, 5, List.of("conv1", "to_q")))));
    ModelFolder adapted = MODEL.withLora(save(first), 0.7).withLora(save(second), -1.5);

    Weights base = MODEL.load(Part.UNET, unet);
    Weights expected =
        second.mergeInto(LoraPart.UNET, first.mergeInto(LoraPart.UNET, base, 0.7), -1.5);
    assertEquals(expected.arrays(), adapted.load(Part.UNET, unet).arrays());
    assertNotEquals(base.arrays(), expected.arrays());

    Weights states = first.mergeInto(LoraPart.TEXT_ENCODER, MODEL.load(Part.CLIP, text), 0.7);
    assertEquals(states.arrays(), adapted.load(Part.CLIP, text).arrays());
    List<ParameterSpec> vae = new AutoencoderKL(MODEL.vaeConfig()).parameters();
    assertEquals(MODEL.load(Part.VAE, vae).arrays(), adapted.load(Part.VAE, vae).arrays());
  }

  @Test
  void anAdapterOfAnotherModelIsRefused() throws IOException {
    List<ParameterSpec> text = MODEL.textEncoder(Part.CLIP).parameters();
    Path file =
        save(new Lora(Map.of(LoraPart.TEXT_ENCODER_2, random(text, LoraConfig.textEncoder(2)))));
    var error = assertThrows(InvalidFileException.class, () -> MODEL.withLora(file, 1));
    assertTrue(
        error.getMessage().startsWith(file + ": 16 of 16 tensors have no place in this model: "),
        error.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new ModelFolder.Adapter(null, Double.NaN));
  }

  private Path save(Lora lora) {
    Path file = folder.resolve(lora.hashCode() + ".safetensors");
    LoraFile.write(file, lora, DType.F32);
    return file;
  }

  /** An adapter whose B is random, too. */
  private static LoraAdapter random(List<ParameterSpec> parameters, LoraConfig config) {
    Generator generator = new Generator(7);
    LoraAdapter adapter = LoraAdapter.initialize(parameters, config, generator);
    for (INDArray array : adapter.parameters().arrays().values()) {
      array.assign(generator.randn(array.shape()));
    }
    return adapter;
  }
}
