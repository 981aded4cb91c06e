package org.diffusion4j.core.execution.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A block of memory that a plan reads or writes.
 *
 * <p>Blocks of the arena are needed from the first step that touches them to the last, and share
 * their room with others; all other blocks are given from outside.
 */
public final class Storage {
  private final long bytes;
  private final boolean inArena;

  /** What keeps a block from outside in memory, if anything does. */
  @SuppressWarnings("unused") // It is held, not read.
  private final Object owner;

  private final List<LongConsumer> followers = new ArrayList<>();
  private long address;
  private int firstStep = Integer.MAX_VALUE;
  private int lastStep = -1;

  private Storage(long bytes, boolean inArena, long address, Object owner) {
    this.bytes = bytes;
    this.inArena = inArena;
    this.address = address;
    this.owner = owner;
  }

  /** A block of the arena. */
  public static Storage inArena(long bytes) {
    return new Storage(bytes, true, 0, null);
  }

  /**
   * A block that is elsewhere, for as long as the plan lives.
   *
   * @param owner what the memory belongs to, which stays reachable with this
   */
  public static Storage at(long address, long bytes, Object owner) {
    return new Storage(bytes, false, address, owner);
  }

  /** A block that each run brings. */
  public static Storage ofCaller(long bytes) {
    return new Storage(bytes, false, 0, null);
  }

  /** The size. */
  public long bytes() {
    return bytes;
  }

  boolean isInArena() {
    return inArena;
  }

  /** Says that a step reads or writes this. */
  void touch(int step) {
    firstStep = Math.min(firstStep, step);
    lastStep = Math.max(lastStep, step);
  }

  int firstStep() {
    return firstStep;
  }

  int lastStep() {
    return lastStep;
  }

  /** Whether any step reads or writes this. */
  public boolean isUsed() {
    return lastStep >= 0;
  }

  /** Where the block begins; of a caller's block, in this run. It is 0 as long as nobody said. */
  public long address() {
    return address;
  }

  /** Moves the block, and with it what follows it. */
  public void place(long newAddress) {
    address = newAddress;
    followers.forEach(follower -> follower.accept(newAddress));
  }

  /**
   * Adds what must know where the block is.
   *
   * @param follower is given the address whenever the block moves
   */
  public void follow(LongConsumer follower) {
    followers.add(follower);
  }
}
