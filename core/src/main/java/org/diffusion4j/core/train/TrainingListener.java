package org.diffusion4j.core.train;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Hears of a training's progress: logs, progress bars, sample pictures.
 *
 * <p>Called on the training's thread, one call at a time; an exception ends the training.
 */
public interface TrainingListener {
  /** Once, before the first step. */
  default void started(TrainingStart start) throws IOException {}

  /** After each step, before the checkpoint that may follow it. */
  default void stepped(TrainingStep step) throws IOException {}

  /** After a checkpoint is safely on disk. */
  default void checkpointed(long step, Path file) throws IOException {}

  /** Once at the end, also where an exception ends the training. */
  default void finished() throws IOException {}
}
