package org.diffusion4j.diffusion.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.zip.CRC32C;
import org.diffusion4j.core.check.Require;
import org.diffusion4j.core.data.EpochOrder;
import org.diffusion4j.core.data.ImageDataSet;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;
import org.diffusion4j.diffusion.pipeline.TextEncoder;
import org.diffusion4j.vae.AutoencoderKL;
import org.diffusion4j.vae.AutoencoderKLConfig;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a U-Net is trained on: the latents of pictures and the text states of their captions, by the
 * autoencoder and the text encoders of a model folder.
 *
 * <p>All of it is computed once and lies on the Java heap as floats: two for each value of the
 * latents, and the states of each different caption. With Stable Diffusion 1.5 these are 128 KiB a
 * picture of 512x512 and 231 KiB a caption. The models themselves are not kept.
 */
public final class CaptionedLatents {
  /** The part of the largest Java heap that may be filled: the pictures are there as well. */
  private static final double HEAP_SHARE = 0.5;

  private final ImageDataSet images;
  private final Latents latents;
  private final CaptionStates states;
  private final long[] shape;

  private CaptionedLatents(
      ImageDataSet images, Latents latents, CaptionStates states, long[] shape) {
    this.images = images;
    this.latents = latents;
    this.states = states;
    this.shape = shape;
  }

  /** Hears of the progress; an exception ends the encoding. */
  @FunctionalInterface
  public interface Progress {
    /**
     * After pictures and captions.
     *
     * @param done those that are encoded
     * @param total those that there are
     */
    void encoded(int done, int total);
  }

  /** Encodes pictures and captions on the best executor, on all processors. */
  public static CaptionedLatents encode(ModelFolder model, ImageDataSet images, Progress progress)
      throws IOException {
    return encode(model, images, Execution.auto(), progress);
  }

  /**
   * Encodes pictures and captions.
   *
   * @throws IllegalArgumentException if a picture has no caption, if pictures do not fit the
   *     autoencoder, or if there are more than half of the Java heap holds
   * @throws org.diffusion4j.core.InvalidFileException if a part of the model is missing or damaged
   */
  public static CaptionedLatents encode(
      ModelFolder model, ImageDataSet images, Execution execution, Progress progress)
      throws IOException {
    AutoencoderKL vae = new AutoencoderKL(model.vaeConfig());
    AutoencoderKLConfig config = vae.config();
    Require.equal(
        "channels of the pictures",
        images.channels(),
        "in_channels of the autoencoder",
        config.inChannels());
    Require.divisible("height of the pictures", images.height(), "downscale", config.downscale());
    Require.divisible("width of the pictures", images.width(), "downscale", config.downscale());
    long[] shape = {
      config.latentChannels(),
      images.height() / config.downscale(),
      images.width() / config.downscale()
    };
    Set<String> captions = captions(images);
    int total = images.size() + captions.size();
    int[] done = {0};
    IntConsumer encoded =
        count -> {
          done[0] += count;
          progress.encoded(done[0], total);
        };
    CaptionStates states;
    try (TextEncoder encoder = TextEncoder.open(model, 1, execution)) {
      states = CaptionStates.of(encoder);
      requireRoom(images, 2 * shape[0] * shape[1] * shape[2], captions, states.size());
      for (String caption : captions) {
        states.add(encoder, caption);
        encoded.accept(1);
      }
    }
    return new CaptionedLatents(
        images,
        Latents.encode(config, model.load(Part.VAE, vae.parameters()), images, execution, encoded),
        states,
        shape);
  }

  private static Set<String> captions(ImageDataSet images) {
    Set<String> captions = new LinkedHashSet<>();
    for (int i = 0; i < images.size(); i++) {
      List<String> own = images.captions(i);
      Require.that(!own.isEmpty(), "captions of picture " + i, own, "must not be empty");
      captions.addAll(own);
    }
    return captions;
  }

  private static void requireRoom(
      ImageDataSet images, long latents, Set<String> captions, long states) {
    double mebibytes = Float.BYTES / (double) (1 << 20);
    double needed =
        mebibytes * ((double) images.size() * latents + (double) captions.size() * states);
    double room = HEAP_SHARE * Runtime.getRuntime().maxMemory() / (1 << 20);
    Require.that(
        needed <= room,
        "latents and text states in MiB",
        Math.round(needed),
        String.format(
            Locale.ROOT,
            "must be at most half of the Java heap (=%.0f) for %d pictures and %d captions: take"
                + " fewer, or raise the JVM's -Xmx",
            room,
            images.size(),
            captions.size()));
  }

  /** The shape of each picture's latents, {@code [c, h, w]}. */
  public long[] shape() {
    return shape.clone();
  }

  /** Height and width of the pictures in pixels. */
  long[] pixels() {
    return new long[] {images.height(), images.width()};
  }

  /** See {@link ImageDataSet#order}. */
  EpochOrder order(long seed) {
    return images.order(seed);
  }

  /** See {@link Latents#sample}. */
  float[] sample(int picture, Generator generator) {
    return latents.sample(picture, generator);
  }

  /** See {@link ImageDataSet#caption}. */
  String caption(int picture, long seed) {
    return images.caption(picture, seed);
  }

  CaptionStates states() {
    return states;
  }

  /** What tells this set from others: its size, and a checksum of pictures and captions. */
  String description() {
    CRC32C checksum = new CRC32C();
    for (int i = 0; i < images.size(); i++) {
      try (INDArray picture = images.images(i)) {
        ByteBuffer pixels = ByteBuffer.allocate(Math.toIntExact(Float.BYTES * picture.length()));
        pixels.asFloatBuffer().put(picture.data().asFloat());
        checksum.update(pixels);
      }
      for (String caption : images.captions(i)) {
        checksum.update((caption + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
    return String.format(
        "%d pictures of %dx%d with crc32c %08x",
        images.size(), images.width(), images.height(), checksum.getValue());
  }
}
