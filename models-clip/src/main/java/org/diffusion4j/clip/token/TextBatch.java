package org.diffusion4j.clip.token;

import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Texts as the text encoder takes them.
 *
 * @param inputIds {@code [n, s]}, INT64, padded with the tokenizer's pad token
 * @param attentionMask {@code [n, s]}, FLOAT, 1 from the start token to the end token and 0 on the
 *     padding
 * @param endOfText {@code [n, s]}, FLOAT, 1 at each text's first end token and 0 elsewhere
 * @param truncated whether a text was longer than s tokens
 */
public record TextBatch(
    INDArray inputIds, INDArray attentionMask, INDArray endOfText, boolean truncated) {

  /**
   * Tokenizes texts.
   *
   * @param length s, at least 2
   */
  public static TextBatch of(ClipTokenizer tokenizer, List<String> texts, int length) {
    long[][] ids = new long[texts.size()][length];
    float[][] attentionMask = new float[texts.size()][length];
    float[][] endOfText = new float[texts.size()][length];
    boolean truncated = false;
    for (int i = 0; i < texts.size(); i++) {
      TokenSequence sequence = tokenizer.encodePadded(texts.get(i), length, Padding.PAD_TOKEN);
      int[] tokens = sequence.ids();
      for (int j = 0; j < length; j++) {
        ids[i][j] = tokens[j];
      }
      Arrays.fill(attentionMask[i], 0, sequence.tokenCount(), 1);
      endOfText[i][sequence.firstEnd()] = 1;
      truncated |= sequence.truncated();
    }
    return new TextBatch(
        Nd4j.createFromArray(ids).castTo(DataType.INT64),
        Nd4j.createFromArray(attentionMask),
        Nd4j.createFromArray(endOfText),
        truncated);
  }
}
