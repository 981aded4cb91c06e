package org.diffusion4j.examples.samediff;

import java.util.NoSuchElementException;
import org.diffusion4j.core.random.Generator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Batches of images in their order, each with new noise for its latents. */
final class NoisyBatches implements MultiDataSetIterator {
  private static final long serialVersionUID = 1;

  private final transient INDArray images;
  private final int batchSize;
  private final long[] latentShape;
  private final transient Generator generator;
  private long next;

  /**
   * @param images {@code [n, c, h, w]}, of which what does not fill a batch is left out
   * @param latentShape of the noise of a batch
   */
  NoisyBatches(INDArray images, int batchSize, long[] latentShape, Generator generator) {
    this.images = images;
    this.batchSize = batchSize;
    this.latentShape = latentShape.clone();
    this.generator = generator;
  }

  @Override
  public boolean hasNext() {
    return next + batchSize <= images.size(0);
  }

  @Override
  public MultiDataSet next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    INDArray batch = images.get(NDArrayIndex.interval(next, next + batchSize)).dup('c');
    next += batchSize;
    return new org.nd4j.linalg.dataset.MultiDataSet(
        new INDArray[] {batch, generator.randn(latentShape)}, new INDArray[0]);
  }

  @Override
  public MultiDataSet next(int size) {
    throw new UnsupportedOperationException("batches have the size that the graph was built for");
  }

  @Override
  public void reset() {
    next = 0;
  }

  @Override
  public boolean resetSupported() {
    return true;
  }

  /** The generator's order is that of the steps. */
  @Override
  public boolean asyncSupported() {
    return false;
  }

  @Override
  public void setPreProcessor(MultiDataSetPreProcessor preProcessor) {
    throw new UnsupportedOperationException("images come as the model takes them");
  }

  @Override
  public MultiDataSetPreProcessor getPreProcessor() {
    return null;
  }
}
