package org.diffusion4j.clip.token;

/** A prompt as token ids of a fixed length: start token, text, end token, padding. */
public final class TokenSequence {
  private final int[] ids;
  private final int tokenCount;
  private final boolean truncated;

  TokenSequence(int[] ids, int tokenCount, boolean truncated) {
    this.ids = ids;
    this.tokenCount = tokenCount;
    this.truncated = truncated;
  }

  /** The token ids, [s]; a copy. */
  public int[] ids() {
    return ids.clone();
  }

  /** 1 from the start token to the end token, 0 on the padding, [s]. */
  public int[] attentionMask() {
    int[] mask = new int[ids.length];
    java.util.Arrays.fill(mask, 0, tokenCount, 1);
    return mask;
  }

  /** The number of ids before the padding, start and end token included. */
  public int tokenCount() {
    return tokenCount;
  }

  /** The position of the first end token, which comes early in a text that spells it out. */
  int firstEnd() {
    int end = ids[tokenCount - 1];
    int position = 1;
    while (ids[position] != end) {
      position++;
    }
    return position;
  }

  /** Whether the text had more tokens than fit and lost its tail. */
  public boolean truncated() {
    return truncated;
  }
}
