package org.diffusion4j.examples.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
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
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.data.EpochOrder;
import org.diffusion4j.core.data.ImageDataSet;
import org.diffusion4j.core.execution.NativeThreads;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.SafetensorsFile;
import org.diffusion4j.core.weights.SafetensorsWriter;
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
  /** The one tensor of a weight file: all parameters in DL4J's order. */
  private static final String PARAMETERS = "params";

  private static final int BATCH = 64;
  private static final double LEARNING_RATE = 2e-3;
  private static final double KEPT_BY_DROPOUT = 0.5;
  private static final int FEATURES = 128;

  private final MultiLayerNetwork network;

  private ClothesClassifier(MultiLayerNetwork network) {
    this.network = network;
  }

  /**
   * Trains a classifier.
   *
   * @param images labelled square pictures
   * @param steps the number of training steps of 64 pictures
   * @param seed of the first weights, the order of the pictures and the dropout
   * @param threads how many it computes on, at least 1
   * @param progress hears the number of steps done
   */
  public static ClothesClassifier train(
      ImageDataSet images, int steps, long seed, int threads, LongConsumer progress) {
    int classes = images.labelNames().size();
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            configuration(images.channels(), images.height(), classes, steps, seed));
    network.init();
    EpochOrder order = images.order(seed);
    NativeThreads.run(
        threads,
        () -> {
          for (int step = 0; step < steps; step++) {
            int[] batch = order.batch(step, BATCH);
            network.fit(new DataSet(images.images(batch), oneHot(images.labels(batch), classes)));
            progress.accept(step + 1L);
          }
        });
    return new ClothesClassifier(network);
  }

  private static MultiLayerConfiguration configuration(
      int channels, int side, int classes, int steps, long seed) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .dataType(DataType.FLOAT)
        .weightInit(WeightInit.RELU)
        .activation(Activation.RELU)
        .convolutionMode(ConvolutionMode.Same)
        .updater(new Adam(new PolySchedule(ScheduleType.ITERATION, LEARNING_RATE, 1, steps)))
        .list()
        .layer(new ConvolutionLayer.Builder(3, 3).nOut(16).build())
        .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
        .layer(new ConvolutionLayer.Builder(3, 3).nOut(32).build())
        .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
        .layer(new DenseLayer.Builder().nOut(FEATURES).dropOut(KEPT_BY_DROPOUT).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(classes)
                .activation(Activation.SOFTMAX)
                .build())
        .setInputType(InputType.convolutional(side, side, channels))
        .build();
  }

  private static INDArray oneHot(int[] labels, int classes) {
    float[][] rows = new float[labels.length][classes];
    for (int i = 0; i < labels.length; i++) {
      rows[i][labels[i]] = 1;
    }
    return Nd4j.createFromArray(rows);
  }

  /** Writes the weights; an existing file is replaced only when the new one is complete. */
  public void save(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    SafetensorsWriter.write(file, Map.of(PARAMETERS, network.params()), DType.F16, Map.of());
  }

  /**
   * Reads the weights of a classifier of gray pictures.
   *
   * @param side height and width of the pictures in pixels
   * @param classes the number of labels
   * @throws InvalidFileException if the file is missing, damaged or of another network
   */
  public static ClothesClassifier load(Path file, int side, int classes) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration(1, side, classes, 1, 0));
    network.init();
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      if (!weights.names().equals(Set.of(PARAMETERS))
          || weights.info(PARAMETERS).size() != network.numParams()) {
        throw new InvalidFileException(
            file, "must hold " + PARAMETERS + " with " + network.numParams() + " values");
      }
      network.setParams(weights.read(PARAMETERS).reshape('c', 1, network.numParams()));
    }
    return new ClothesClassifier(network);
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
