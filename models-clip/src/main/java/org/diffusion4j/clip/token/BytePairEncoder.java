package org.diffusion4j.clip.token;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Byte-pair encoding of one word: the neighbouring pair of lowest rank is merged until no pair has
 * a rank (Sennrich et al. 2016, Neural Machine Translation of Rare Words with Subword Units).
 *
 * <p>The word is a linked list and its pairs wait in a queue, so a word of n bytes takes O(n log n)
 * instead of a pass over the word for each merge.
 */
final class BytePairEncoder {
  private static final long NO_MERGE = -1;
  private static final int NONE = -1;

  private final Map<Long, Long> merges;

  /**
   * An encoder over packed pairs.
   *
   * @param merges {@link #pack}(left id, right id) to pack(rank, merged id)
   */
  BytePairEncoder(Map<Long, Long> merges) {
    this.merges = merges;
  }

  static long pack(int high, int low) {
    return ((long) high << Integer.SIZE) | low;
  }

  private static int high(long packed) {
    return (int) (packed >>> Integer.SIZE);
  }

  private static int low(long packed) {
    return (int) packed;
  }

  /** The ids that the given byte ids merge to; the argument is overwritten. */
  int[] merge(int[] symbols) {
    Word word = new Word(symbols);
    PriorityQueue<Long> pairs = new PriorityQueue<>();
    for (int i = 0; i + 1 < symbols.length; i++) {
      enqueue(pairs, word, i);
    }
    List<Integer> positions = new ArrayList<>();
    while (!pairs.isEmpty()) {
      // All pairs of the lowest rank are merged, left to right, before new pairs are looked at.
      int rank = high(pairs.peek());
      positions.clear();
      while (!pairs.isEmpty() && high(pairs.peek()) == rank) {
        positions.add(low(pairs.remove()));
      }
      for (int position : positions) {
        long merge = word.mergeAt(position);
        boolean stale = merge == NO_MERGE || high(merge) != rank;
        if (!stale) {
          word.join(position, low(merge));
          enqueue(pairs, word, word.previous[position]);
          enqueue(pairs, word, position);
        }
      }
    }
    return word.toArray();
  }

  /** Queues the pair that starts at a position; the queue's order is rank, then position. */
  private static void enqueue(PriorityQueue<Long> pairs, Word word, int position) {
    long merge = word.mergeAt(position);
    if (merge != NO_MERGE) {
      pairs.add(pack(high(merge), position));
    }
  }

  /** Symbols in a doubly linked list over array positions. */
  private final class Word {
    private final int[] symbols;
    private final int[] next;
    private final int[] previous;
    private int size;

    Word(int[] symbols) {
      this.symbols = symbols;
      size = symbols.length;
      next = new int[size];
      previous = new int[size];
      for (int i = 0; i < size; i++) {
        next[i] = i + 1 < size ? i + 1 : NONE;
        previous[i] = i - 1;
      }
    }

    long mergeAt(int position) {
      if (position == NONE || symbols[position] == NONE || next[position] == NONE) {
        return NO_MERGE;
      }
      return merges.getOrDefault(pack(symbols[position], symbols[next[position]]), NO_MERGE);
    }

    void join(int position, int merged) {
      int right = next[position];
      symbols[position] = merged;
      symbols[right] = NONE;
      next[position] = next[right];
      if (next[position] != NONE) {
        previous[next[position]] = position;
      }
      size--;
    }

    int[] toArray() {
      int[] ids = new int[size];
      int n = 0;
      for (int i = 0; i != NONE && n < size; i = next[i]) {
        ids[n++] = symbols[i];
      }
      return ids;
    }
  }
}
