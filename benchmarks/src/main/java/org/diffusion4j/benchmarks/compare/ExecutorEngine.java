package org.diffusion4j.benchmarks.compare;

import java.io.IOException;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.execution.choice.Execution;
import org.diffusion4j.core.execution.choice.ExecutorType;

/** This framework. */
record ExecutorEngine(ExecutorType executor) implements Engine {
  @Override
  public boolean does(Work work) {
    return true;
  }

  @Override
  public Session open(Work work, NetworkTask task, Precision precision, int threads) {
    return ExecutorSession.open(task, new Execution(executor, precision), threads);
  }

  @Override
  public Session openPictures(Precision precision, int threads) throws IOException {
    return PictureSession.open(new Execution(executor, precision), threads);
  }

  @Override
  public String library() {
    return executor == ExecutorType.ONEDNN ? Libraries.oneDnn() : Libraries.nd4j();
  }
}
