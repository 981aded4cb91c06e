package org.diffusion4j.core.execution.samediff;

import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.InferenceSession;

/** A SameDiff session that takes its arrays from a pool. */
final class PooledSession extends InferenceSession {

  private PooledSession(SameDiff sameDiff, ArrayPool pool) {
    super(sameDiff);
    setMmgr(pool);
  }

  /**
   * The session that the instance will use on this thread.
   *
   * <p>SameDiff makes one of its own as soon as an array is associated with a variable, so that a
   * session found there need not be a pooled one.
   */
  static PooledSession of(SameDiff instance, ArrayPool pool) {
    long thread = Thread.currentThread().getId();
    if (instance.getSessions().get(thread) instanceof PooledSession session) {
      return session;
    }
    PooledSession session = new PooledSession(instance, pool);
    instance.getSessions().clear();
    instance.getSessions().put(thread, session);
    return session;
  }

  /** Forgets the ids of released arrays, which SameDiff collects for as long as a session lives. */
  void endRun() {
    freedArrays.clear();
  }
}
