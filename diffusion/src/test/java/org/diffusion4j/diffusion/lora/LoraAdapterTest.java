package org.diffusion4j.diffusion.lora;

import static org.diffusion4j.diffusion.lora.SmallPipeline.adapter;
import static org.diffusion4j.diffusion.lora.SmallPipeline.assertSameBits;
import static org.diffusion4j.diffusion.lora.SmallPipeline.run;
import static org.diffusion4j.diffusion.lora.SmallPipeline.runBeside;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.graph.Graph;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.TensorAssertions;
import org.diffusion4j.core.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class LoraAdapterTest {
  @ParameterizedTest
  @CsvSource({"UNET, 0.7", "UNET, 1", "UNET, -2", "TEXT_ENCODER, 0.7", "TEXT_ENCODER, 1"})
  void mergedOrBesideTheWeightsGivesTheSame(LoraPart part, double scale) {
    Weights base = base(part);
    LoraAdapter adapter = adapter(part, 3, 5, targets(part));
    INDArray plain = run(part, base);
    INDArray merged = run(part, adapter.mergeInto(base, scale));
    TensorAssertions.assertCloseToScale(
        merged, runBeside(part, base, adapter, scale), 1e-5, "output");
    assertTrue(
        merged.sub(plain).amaxNumber().doubleValue() > 0.01 * plain.amaxNumber().doubleValue(),
        "the adapter must count");
  }

  @ParameterizedTest
  @EnumSource(names = {"UNET", "TEXT_ENCODER"})
  void scaleZeroIsTheModelExactly(LoraPart part) {
    Weights base = base(part);
    LoraAdapter adapter = adapter(part, 2, 5, targets(part));
    INDArray plain = run(part, base);
    assertSameBits(plain, run(part, adapter.mergeInto(base, 0)), "merged");
    assertSameBits(plain, runBeside(part, base, adapter, 0), "beside");
  }

  @Test
  void aNewAdapterChangesNothing() {
    Weights base = SmallPipeline.unetWeights();
    LoraAdapter adapter =
        LoraAdapter.initialize(base.specs(), LoraConfig.unet(5), new Generator(1));
    assertSameBits(run(LoraPart.UNET, base), runBeside(LoraPart.UNET, base, adapter, 1), "output");
    String block = "down_blocks.0.attentions.0.transformer_blocks.0.";
    INDArray keys = adapter.parameters().get(block + "attn2.to_k.lora_A.weight");
    assertEquals(List.of(5L, 5L), Arrays.stream(keys.shape()).boxed().toList());
    double largest = keys.amaxNumber().doubleValue();
    double bound = 1 / Math.sqrt(5);
    assertTrue(largest <= bound && largest > 0.7 * bound, "largest of 25 is " + largest);
    // 3 transformer blocks (down, middle, up twice) of two attentions with four layers.
    assertEquals(4 * 2 * 4, adapter.alphas().size());
  }

  @Test
  void mergingLeavesTheBaseAndSharesWhatIsNotChanged() {
    Weights base = SmallPipeline.unetWeights();
    Weights before = base.copy();
    LoraAdapter adapter = adapter(LoraPart.UNET, 3, 5, List.of("conv1"));
    Weights merged = adapter.mergeInto(base, 1);
    assertSameBits(before, base);
    for (String name : SmallPipeline.names(base)) {
      if (adapter.alphas().containsKey(name)) {
        assertNotEquals(base.get(name), merged.get(name), name);
        assertEquals('c', merged.get(name).ordering());
      } else {
        assertSame(base.get(name), merged.get(name), name);
      }
    }
  }

  @Test
  void severalAdaptersAddUp() {
    Weights base = SmallPipeline.unetWeights();
    LoraAdapter first = adapter(LoraPart.UNET, 2, 3, List.of("to_q", "conv1"));
    LoraAdapter second = adapter(LoraPart.UNET, 5, 7, List.of("conv1"));
    Weights both = second.mergeInto(first.mergeInto(base, 0.5), 2);
    String name = "mid_block.resnets.0.conv1.weight";
    INDArray expected =
        base.get(name)
            .add(first.mergeInto(base, 0.5).get(name).sub(base.get(name)))
            .add(second.mergeInto(base, 2).get(name).sub(base.get(name)));
    TensorAssertions.assertCloseToScale(expected, both.get(name), 1e-6, name);
  }

  @Test
  void whatTheModelLacksIsRefused() {
    Weights base = SmallPipeline.unetWeights();
    LoraConfig config = new LoraConfig(2, 2, List.of("to_q", "norm1"));
    var error =
        assertThrows(
            IllegalArgumentException.class,
            () -> LoraAdapter.initialize(base.specs(), config, new Generator(1)));
    assertEquals(
        "target module (=norm1) must be a linear layer or a convolution of the model",
        error.getMessage());

    LoraAdapter adapter = adapter(LoraPart.UNET, 2, 2, List.of("to_q"));
    Graph plain = new Graph();
    SmallPipeline.build(LoraPart.UNET, plain);
    assertThrows(IllegalArgumentException.class, () -> adapter.beside(plain, base));
    Weights text = SmallPipeline.textWeights();
    assertThrows(IllegalArgumentException.class, () -> adapter.mergeInto(text, 1));
    assertThrows(IllegalArgumentException.class, () -> adapter.mergeInto(base, Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new Lora(Map.of()));
  }

  private static Weights base(LoraPart part) {
    return part == LoraPart.UNET ? SmallPipeline.unetWeights() : SmallPipeline.textWeights();
  }

  private static List<String> targets(LoraPart part) {
    return part == LoraPart.UNET ? SmallPipeline.UNET_TARGETS : SmallPipeline.TEXT_TARGETS;
  }
}
