package org.diffusion4j.examples.evaluate;

import java.util.function.LongConsumer;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.diffusion4j.core.data.EpochOrder;
import org.diffusion4j.core.data.ImageDataSet;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * A small convolutional network that says what a picture shows.
 *
 * <p>It judges generated pictures, so it has nothing in common with the models that made them but
 * the pictures of the training set.
 */
public final class ClothesClassifier {
  private static final int BATCH = 64;
  private static final double LEARNING_RATE = 2e-3;
  private static final double KEPT_BY_DROPOUT = 0.6;
  private static final int FEATURES = 128;

  private final MultiLayerNetwork network;

  private ClothesClassifier(MultiLayerNetwork network) {
    this.network = network;
  }

  /**
   * Trains a classifier.
   *
   * @param images labelled pictures
   * @param steps the number of training steps of 64 pictures
   * @param seed of the first weights, the order of the pictures and the dropout
   * @param progress hears the number of steps done
   */
  public static ClothesClassifier train(
      ImageDataSet images, int steps, long seed, LongConsumer progress) {
    int classes = images.labelNames().size();
    MultiLayerNetwork network = new MultiLayerNetwork(configuration(images, classes, steps, seed));
    network.init();
    EpochOrder order = images.order(seed);
    for (int step = 0; step < steps; step++) {
      int[] batch = order.batch(step, BATCH);
      network.fit(new DataSet(images.images(batch), oneHot(images.labels(batch), classes)));
      progress.accept(step + 1L);
    }
    return new ClothesClassifier(network);
  }

  private static MultiLayerConfiguration configuration(
      ImageDataSet images, int classes, int steps, long seed) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .dataType(DataType.FLOAT)
        .weightInit(WeightInit.RELU)
        .activation(Activation.RELU)
        .convolutionMode(ConvolutionMode.Same)
        .updater(new Adam(new PolySchedule(ScheduleType.ITERATION, LEARNING_RATE, 1, steps)))
        .list()
        .layer(new ConvolutionLayer.Builder(5, 5).stride(2, 2).nOut(32).build())
        .layer(new ConvolutionLayer.Builder(3, 3).nOut(64).build())
        .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
        .layer(new ConvolutionLayer.Builder(3, 3).nOut(64).build())
        .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
        .layer(new DenseLayer.Builder().nOut(FEATURES).dropOut(KEPT_BY_DROPOUT).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(classes)
                .activation(Activation.SOFTMAX)
                .build())
        .setInputType(InputType.convolutional(images.height(), images.width(), images.channels()))
        .build();
  }

  private static INDArray oneHot(int[] labels, int classes) {
    float[][] rows = new float[labels.length][classes];
    for (int i = 0; i < labels.length; i++) {
      rows[i][labels[i]] = 1;
    }
    return Nd4j.createFromArray(rows);
  }

  /**
   * The most probable label of each picture.
   *
   * @param images {@code [n, c, h, w]} in [-1,1], of the size trained on
   */
  public int[] classify(INDArray images) {
    return network.predict(images);
  }
}
