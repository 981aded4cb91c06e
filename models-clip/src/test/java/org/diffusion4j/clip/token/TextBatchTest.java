package org.diffusion4j.clip.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class TextBatchTest {
  @Test
  void aTextThatSpellsOutTheEndTokenEndsThere() {
    TextBatch batch =
        TextBatch.of(ClipTokenizer.standard(), List.of("a cat", "a<|endoftext|>cat"), 7);
    assertEquals(
        Nd4j.createFromArray(
            new long[][] {
              {49406, 320, 2368, 49407, 49407, 49407, 49407},
              {49406, 320, 49407, 2368, 49407, 49407, 49407}
            }),
        batch.inputIds());
    assertEquals(
        Nd4j.createFromArray(new float[][] {{0, 0, 0, 1, 0, 0, 0}, {0, 0, 1, 0, 0, 0, 0}}),
        batch.endOfText());
    assertEquals(
        Nd4j.createFromArray(new float[][] {{1, 1, 1, 1, 0, 0, 0}, {1, 1, 1, 1, 1, 0, 0}}),
        batch.attentionMask());
    assertFalse(batch.truncated());
  }
}
