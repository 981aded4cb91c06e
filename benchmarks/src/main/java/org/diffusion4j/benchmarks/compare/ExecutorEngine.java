package org.diffusion4j.benchmarks.compare;

import java.io.IOException;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.Precision;

/** This framework. */
record ExecutorEngine(String executor) implements Engine {
  /** The executor on oneDNN. */
  static final String ONEDNN = "onednn";

  /** The reference. */
  static final String SAMEDIFF = "samediff";

  @Override
  public boolean does(Work work) {
    return true;
  }

  @Override
  public Session open(Work work, NetworkTask task, Precision precision, int threads) {
    return ExecutorSession.open(task, new Execution(executor, precision, threads));
  }

  @Override
  public Session openPictures(Precision precision, int threads) throws IOException {
    return PictureSession.open(new Execution(executor, precision, threads));
  }

  @Override
  public String library() {
    return executor.equals(ONEDNN) ? Libraries.oneDnn() : Libraries.nd4j();
  }
}
