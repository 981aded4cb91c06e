package org.diffusion4j.core.execution.onednn;

import java.util.ArrayList;
import java.util.List;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;

/**
 * The parts that attention falls into, so that the scores of a part stay in the cache.
 *
 * @param batches samples of a part
 * @param heads heads of a part
 * @param queries queries of a part
 */
record AttentionBlocks(long batches, long heads, long queries) {
  /** The scores of a part: what fits the second-level caches of two cores. */
  private static final long BUDGET_BYTES = 8L << 20;

  /** So many queries keep a core busy. */
  private static final long MANY_QUERIES = 128;

  private static final long FEW_QUERIES = 32;

  /** One part. */
  record Block(
      long fromBatch, long toBatch, long fromHead, long toHead, long fromQuery, long toQuery) {
    /** The part of {@code [n, heads or 1, s or t, d]}, of all queries or keys. */
    View ofHeads(View view) {
      return view.slice(0, fromBatch, toBatch).slice(1, fromHead, toHead);
    }

    /** The part of {@code [n, heads, s, d]}. */
    View ofQueries(View view) {
      return ofHeads(view).slice(2, fromQuery, toQuery);
    }

    /** The part of a mask, which may have one for all along each axis. */
    View ofMask(View mask) {
      View part = mask.size(0) == 1 ? mask : mask.slice(0, fromBatch, toBatch);
      part = part.size(1) == 1 ? part : part.slice(1, fromHead, toHead);
      return part.size(2) == 1 ? part : part.slice(2, fromQuery, toQuery);
    }

    boolean isFirstOfHeads() {
      return fromQuery == 0;
    }
  }

  /**
   * Parts for scores of a shape.
   *
   * @param scores {@code [n, heads, s, t]}
   */
  static AttentionBlocks of(long... scores) {
    long batches = scores[0];
    long heads = scores[1];
    long queries = scores[2];
    long rowBytes = scores[3] * ElementType.F32.bytes();
    while (batches * heads * queries * rowBytes > BUDGET_BYTES) {
      if (batches > 1) {
        batches = half(batches);
      } else if (queries > MANY_QUERIES) {
        queries = half(queries);
      } else if (heads > 2) {
        heads = half(heads);
      } else if (queries > FEW_QUERIES) {
        queries = half(queries);
      } else {
        break;
      }
    }
    return new AttentionBlocks(batches, heads, queries);
  }

  private static long half(long size) {
    return (size + 1) / 2;
  }

  /** All parts, those of the same heads one after the other. */
  List<Block> split(long... scores) {
    List<Block> blocks = new ArrayList<>();
    for (long n = 0; n < scores[0]; n += batches) {
      for (long head = 0; head < scores[1]; head += heads) {
        for (long query = 0; query < scores[2]; query += queries) {
          blocks.add(
              new Block(
                  n,
                  Math.min(scores[0], n + batches),
                  head,
                  Math.min(scores[1], head + heads),
                  query,
                  Math.min(scores[2], query + queries)));
        }
      }
    }
    return blocks;
  }
}
