package org.diffusion4j.core.execution.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Places blocks in one piece of memory so that those that are needed at the same time do not
 * overlap.
 *
 * <p>The largest are placed first, each at the lowest place that is free for as long as it is
 * needed.
 */
final class Arena {
  /** What every block begins at a multiple of: a cache line. */
  private static final long ALIGNMENT = 64;

  private final Map<Storage, Long> offsets = new HashMap<>();
  private long bytes;

  Arena(Iterable<Storage> storages) {
    List<Storage> bySize = new ArrayList<>();
    storages.forEach(bySize::add);
    bySize.sort(Comparator.comparingLong(Storage::bytes).reversed());
    List<Storage> placed = new ArrayList<>();
    for (Storage storage : bySize) {
      long offset = lowestFree(storage, placed);
      offsets.put(storage, offset);
      placed.add(storage);
      bytes = Math.max(bytes, end(storage));
    }
  }

  private long lowestFree(Storage storage, List<Storage> placed) {
    List<Storage> beside =
        placed.stream()
            .filter(other -> overlapInTime(storage, other))
            .sorted(Comparator.comparingLong(offsets::get))
            .toList();
    long offset = 0;
    for (Storage other : beside) {
      if (offsets.get(other) - offset >= storage.bytes()) {
        break;
      }
      offset = Math.max(offset, end(other));
    }
    return offset;
  }

  private static boolean overlapInTime(Storage a, Storage b) {
    return a.firstStep() <= b.lastStep() && b.firstStep() <= a.lastStep();
  }

  private long end(Storage storage) {
    long end = offsets.get(storage) + storage.bytes();
    return (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** The size of the whole. */
  long bytes() {
    return bytes;
  }

  /** Where a block begins. */
  long offset(Storage storage) {
    return offsets.get(storage);
  }
}
