package org.diffusion4j.clip.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BytePairEncoderTest {
  private static final int LETTERS = 2;
  private static final int SYMBOLS = 5;

  @Test
  void mergesAreThoseOfOnePassOverTheWordForEachRank() {
    Random random = new Random(7);
    for (int trial = 0; trial < 500; trial++) {
      // Any pairs of any symbols: also merges that come before those that make their parts.
      Map<Long, Long> merges = new HashMap<>();
      for (int rank = 0; rank < 11; rank++) {
        long pair = BytePairEncoder.pack(random.nextInt(SYMBOLS), random.nextInt(SYMBOLS));
        merges.putIfAbsent(pair, BytePairEncoder.pack(rank, random.nextInt(SYMBOLS)));
      }
      int[] word = random.ints(random.nextInt(1, 23), 0, LETTERS).toArray();
      assertArrayEquals(
          reference(merges, word), new BytePairEncoder(merges).merge(word.clone()), "" + trial);
    }
  }

  /** The loop of openai/CLIP: find the pair of lowest rank, merge it from left to right, again. */
  private static int[] reference(Map<Long, Long> merges, int[] word) {
    List<Integer> symbols = new ArrayList<>();
    for (int symbol : word) {
      symbols.add(symbol);
    }
    while (true) {
      long best = Long.MAX_VALUE;
      for (int i = 0; i + 1 < symbols.size(); i++) {
        long pair = BytePairEncoder.pack(symbols.get(i), symbols.get(i + 1));
        best = Math.min(best, merges.getOrDefault(pair, Long.MAX_VALUE));
      }
      if (best == Long.MAX_VALUE) {
        return symbols.stream().mapToInt(i -> i).toArray();
      }
      List<Integer> merged = new ArrayList<>();
      for (int i = 0; i < symbols.size(); i++) {
        boolean pair =
            i + 1 < symbols.size()
                && merges.getOrDefault(
                        BytePairEncoder.pack(symbols.get(i), symbols.get(i + 1)), Long.MAX_VALUE)
                    == best;
        merged.add(pair ? (int) best : symbols.get(i));
        i += pair ? 1 : 0;
      }
      symbols = merged;
    }
  }
}
