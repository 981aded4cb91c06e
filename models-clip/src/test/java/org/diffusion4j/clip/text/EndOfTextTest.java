package org.diffusion4j.clip.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.diffusion4j.clip.encoder.HiddenAct;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class EndOfTextTest {
  private static final INDArray IDS =
      Nd4j.createFromArray(new long[][] {{9, 3, 2, 10, 3}, {9, 2, 10, 10, 3}, {3, 1, 10, 2, 0}});

  @Test
  void theFirstEndTokenCounts() {
    assertEquals(ends(1, 4, 0), model(3).endOfText(IDS));
    assertEquals(ends(3, 2, 2), model(10).endOfText(IDS));
  }

  /** An end token 2 is not looked for: files of old have that number for another. */
  @Test
  void theFirstLargestIdCountsWhereTheEndTokenIsTwo() {
    assertEquals(ends(3, 2, 2), model(2).endOfText(IDS));
  }

  @Test
  void aTextWithoutEndIsRefused() {
    assertEquals(
        "text (=2) must have the end-of-text token, eosTokenId (=9)",
        assertThrows(IllegalArgumentException.class, () -> model(9).endOfText(IDS)).getMessage());
  }

  private static ClipTextModel model(int eosTokenId) {
    return new ClipTextModel(
        new ClipTextConfig(11, 6, 5, 1, 2, 7, 1e-5, HiddenAct.GELU, eosTokenId, 3));
  }

  private static INDArray ends(int... positions) {
    float[][] ends = new float[positions.length][5];
    for (int text = 0; text < positions.length; text++) {
      ends[text][positions[text]] = 1;
    }
    return Nd4j.createFromArray(ends);
  }
}
