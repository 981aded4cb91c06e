package org.diffusion4j.clip.text;

import org.diffusion4j.core.check.Require;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Where texts end. */
final class EndOfText {
  private EndOfText() {}

  static INDArray of(INDArray inputIds, ClipTextConfig config) {
    long[][] ids = inputIds.toLongMatrix();
    float[][] ends = new float[ids.length][ids[0].length];
    for (int text = 0; text < ids.length; text++) {
      int end =
          config.eosTokenId() == ClipTextConfig.LARGEST_ID
              ? largest(ids[text])
              : first(ids[text], config.eosTokenId());
      Require.that(
          end >= 0,
          "text",
          text,
          "must have the end-of-text token, eosTokenId (=" + config.eosTokenId() + ")");
      ends[text][end] = 1;
    }
    return Nd4j.createFromArray(ends);
  }

  private static int largest(long[] ids) {
    int largest = 0;
    for (int i = 1; i < ids.length; i++) {
      largest = ids[i] > ids[largest] ? i : largest;
    }
    return largest;
  }

  private static int first(long[] ids, long id) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == id) {
        return i;
      }
    }
    return -1;
  }
}
