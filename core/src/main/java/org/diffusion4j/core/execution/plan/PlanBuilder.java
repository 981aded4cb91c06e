package org.diffusion4j.core.execution.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;

/** Collects the steps of a plan, and the memory that they need. */
public final class PlanBuilder {
  private record Pending(String label, Supplier<Runnable> work) {}

  private final List<Pending> pending = new ArrayList<>();
  private final Set<Storage> arenaBlocks = new LinkedHashSet<>();
  private String label = "";

  /** Says what the next steps are for. */
  public void label(String label) {
    this.label = label;
  }

  /** What the next steps are for. */
  public String label() {
    return label;
  }

  /** New memory of given strides, without gaps. */
  public View allocate(ElementType type, long[] shape, long[] strides) {
    Storage storage = Storage.inArena(View.length(shape) * type.bytes());
    return View.strided(storage, type, shape, strides);
  }

  /**
   * Adds a step.
   *
   * @param touched the blocks that it reads or writes
   * @param work makes it ready to run, once every block has its place
   */
  public void add(Collection<Storage> touched, Supplier<Runnable> work) {
    for (Storage storage : touched) {
      storage.touch(pending.size());
      if (storage.isInArena()) {
        arenaBlocks.add(storage);
      }
    }
    pending.add(new Pending(label, work));
  }

  /**
   * Places all blocks and makes the steps ready to run.
   *
   * @param memory gives the address of so many bytes
   */
  public Plan build(LongUnaryOperator memory) {
    Arena arena = new Arena(arenaBlocks);
    long begin = memory.applyAsLong(arena.bytes());
    arenaBlocks.forEach(storage -> storage.place(begin + arena.offset(storage)));
    List<Step> steps =
        pending.stream().map(step -> new Step(step.label(), step.work().get())).toList();
    return new Plan(steps, arena.bytes());
  }
}
