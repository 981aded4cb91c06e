package org.diffusion4j.examples.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.LayerTime;
import org.diffusion4j.diffusion.pipeline.OnnxPart;
import org.diffusion4j.diffusion.pipeline.PartGraph;
import org.diffusion4j.examples.model.ShippedModel;
import org.junit.jupiter.api.Test;

class PartProfileTest {
  private static PartGraph text() throws IOException {
    return OnnxPart.TEXT_ENCODER.of(
        ShippedModel.unpack(), new OnnxPart.Shape(2, OptionalInt.empty(), OptionalInt.empty()));
  }

  @Test
  void itIsOfOneRunAndTheLongestKindComesFirst() throws IOException {
    List<Integer> ran = new ArrayList<>();
    PartProfile once = PartProfile.measure(text(), Execution.auto(), false, 1, done -> {});
    PartProfile often = PartProfile.measure(text(), Execution.auto(), false, 5, ran::add);
    assertEquals(List.of(1, 2, 3, 4, 5), ran);
    assertEquals(once.steps(), often.steps());
    assertEquals(
        often.seconds(), often.layers().stream().mapToDouble(LayerTime::seconds).sum(), 1e-9);
    for (int i = 1; i < often.layers().size(); i++) {
      assertTrue(often.layers().get(i - 1).seconds() >= often.layers().get(i).seconds());
    }
  }

  @Test
  void itEndsWhenTheListenerSaysSo() throws IOException {
    List<Integer> ran = new ArrayList<>();
    PartGraph text = text();
    assertThrows(
        CancellationException.class,
        () ->
            PartProfile.measure(
                text,
                Execution.auto(),
                true,
                1_000_000_000,
                done -> {
                  ran.add(done);
                  if (done == 2) {
                    throw new CancellationException();
                  }
                }));
    assertEquals(List.of(1, 2), ran);
  }
}
