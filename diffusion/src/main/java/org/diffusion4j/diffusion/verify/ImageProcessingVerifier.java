package org.diffusion4j.diffusion.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.DoubleStream;
import org.diffusion4j.clip.image.ClipImageProcessor;
import org.diffusion4j.clip.image.ClipImageProcessorConfig;
import org.diffusion4j.clip.image.ImageSize;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.files.FileLookup;
import org.diffusion4j.core.image.ColorMode;
import org.diffusion4j.core.image.ImageFiles;
import org.diffusion4j.core.image.PixelImage;
import org.diffusion4j.core.image.Resampling;
import org.diffusion4j.core.image.Transparency;
import org.diffusion4j.core.verify.Comparison;
import org.diffusion4j.core.verify.GoldenFile;
import org.diffusion4j.core.verify.JsonFields;
import org.diffusion4j.core.verify.Tolerance;
import org.diffusion4j.core.verify.UnsupportedCaseException;
import org.diffusion4j.core.verify.VerifiableCase;
import org.diffusion4j.core.verify.Verifier;
import org.diffusion4j.vae.VaeImageProcessor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Verifies pictures on their way to the models and back: folders {@code image-processing}.
 *
 * <p>A case is a tensor that the reference computed:
 *
 * <ul>
 *   <li>{@code image_u8_hwc}: what {@code image.png} holds, the picture of the next two;
 *   <li>{@code clip_pixel_values}: transformers' {@code CLIPImageProcessor};
 *   <li>{@code vae_<resample>}: diffusers' {@code VaeImageProcessor} with a filter of Pillow;
 *   <li>{@code mask_pre}: the same, as a mask, of {@code mask_u8};
 *   <li>{@code post_pt}, {@code post_np_nhwc}, {@code post_u8_nhwc}: the way back of {@code
 *       post_in}.
 * </ul>
 *
 * <p>Resized values may be off by one step of 8 bits, those of a mask, which are 0 or 1, by
 * nothing. It is plain Java arithmetic, the same for every target.
 */
public final class ImageProcessingVerifier implements Verifier {
  private static final String IMAGE = "image_u8_hwc";
  private static final String IMAGE_FILE = "image.png";
  private static final String CLIP = "clip_pixel_values";
  private static final String VAE = "vae_";
  private static final String MASK = "mask_u8";
  private static final String MASK_RESULT = "mask_pre";
  private static final String DECODED = "post_in";
  private static final String FRACTIONS = "post_pt";
  private static final String FRACTIONS_CHANNELS_LAST = "post_np_nhwc";
  private static final String BYTES_CHANNELS_LAST = "post_u8_nhwc";

  /** The default of the reference, which the files do not tell. */
  private static final int VAE_SCALE_FACTOR = 8;

  /** 1/255 of the range of [-1,1]. */
  private static final double VAE_STEP = 2 / 255.0;

  /** A step off is a step after rounding to single precision too. */
  private static final double ROUNDING = 1e-6;

  private static final int CHANNELS = 3;
  private static final int WHITE = 255;

  @Override
  public String folder() {
    return "image-processing";
  }

  @Override
  public List<VerifiableCase> cases(Path folder) throws IOException {
    GoldenFile golden = GoldenFile.open(folder.resolve("io.json"));
    List<VerifiableCase> cases = new ArrayList<>();
    for (String name : golden.names()) {
      if (!Set.of(MASK, DECODED).contains(name)) {
        cases.add(new VerifiableCase(Texts.quote(name), (target, to) -> check(golden, name, to)));
      }
    }
    if (cases.isEmpty()) {
      throw new InvalidFileException(golden.file(), "must have tensors of results beside it");
    }
    return cases;
  }

  private static void check(GoldenFile golden, String name, Comparison comparison) {
    switch (name) {
      case IMAGE -> checkFile(golden, comparison);
      case CLIP -> checkClip(golden, comparison);
      case MASK_RESULT -> checkMask(golden, comparison);
      case FRACTIONS, FRACTIONS_CHANNELS_LAST -> checkFractions(golden, name, comparison);
      case BYTES_CHANNELS_LAST -> checkBytes(golden, comparison);
      default -> checkVae(golden, name, comparison);
    }
  }

  private static void checkFile(GoldenFile golden, Comparison comparison) {
    Path file = golden.file().resolveSibling(IMAGE_FILE);
    if (!FileLookup.fileExists(file)) {
      throw new UnsupportedCaseException("no " + IMAGE_FILE + " to read it from");
    }
    PixelImage image = ImageFiles.readPixels(file, ColorMode.RGB, Transparency.DROPPED);
    compareBytes(IMAGE, golden.tensor(IMAGE), image, comparison);
  }

  private static void checkClip(GoldenFile golden, Comparison comparison) {
    ClipImageProcessorConfig config = clipConfig(golden.fields().object("clip"));
    INDArray expected = golden.tensor(CLIP);
    ImageSize.HeightWidth size = config.cropSize();
    if (!comparison.compareShapes(CLIP, expected.shape(), shape(CHANNELS, size))) {
      return;
    }
    PixelImage image = picture(golden, IMAGE);
    INDArray actual = new ClipImageProcessor(config).preprocess(List.of(image));
    for (int channel = 0; channel < CHANNELS; channel++) {
      double step = config.rescaleFactor() / config.imageStd().get(channel);
      comparison.compare(
          CLIP + ", channel " + channel,
          channel(expected, channel),
          channel(actual, channel),
          Tolerance.absolute(step + ROUNDING));
    }
  }

  private static ClipImageProcessorConfig clipConfig(JsonFields clip) {
    JsonFields size = clip.object("size");
    long[] cropSize = clip.integers("crop_size");
    if (cropSize.length != 2) {
      throw new UnsupportedCaseException("no crop_size of " + cropSize.length + " numbers");
    }
    ImageSize imageSize =
        size.has("shortest_edge")
            ? new ImageSize.ShortestEdge(size.integer("shortest_edge"))
            : new ImageSize.HeightWidth(size.integer("height"), size.integer("width"));
    ClipImageProcessorConfig config =
        new ClipImageProcessorConfig(
            true,
            imageSize,
            resampling(clip.text("resample")),
            true,
            new ImageSize.HeightWidth(Math.toIntExact(cropSize[0]), Math.toIntExact(cropSize[1])),
            true,
            clip.number("rescale_factor"),
            true,
            DoubleStream.of(clip.numbers("image_mean")).boxed().toList(),
            DoubleStream.of(clip.numbers("image_std")).boxed().toList(),
            true);
    if (!clip.unread().isEmpty()) {
      throw new UnsupportedCaseException("no settings of clip " + clip.unread());
    }
    return config;
  }

  /** The filter that a sentence names. */
  private static Resampling resampling(String sentence) {
    List<String> words = Arrays.asList(sentence.split("\\W+"));
    return Arrays.stream(Resampling.values())
        .filter(known -> words.contains(known.toString()))
        .findFirst()
        .orElseThrow(() -> new UnsupportedCaseException("no filter is named in " + sentence));
  }

  private static void checkVae(GoldenFile golden, String name, Comparison comparison) {
    Optional<Resampling> resampling =
        Arrays.stream(Resampling.values()).filter(known -> name.equals(VAE + known)).findFirst();
    if (resampling.isEmpty()) {
      throw new UnsupportedCaseException("no result " + name);
    }
    VaeImageProcessor processor =
        VaeImageProcessor.ofImages(VAE_SCALE_FACTOR).withResample(resampling.get());
    INDArray expected = golden.tensor(name);
    ImageSize.HeightWidth size = vaeSize(golden);
    if (comparison.compareShapes(name, expected.shape(), shape(CHANNELS, size))) {
      INDArray actual = processor.preprocess(picture(golden, IMAGE), size.height(), size.width());
      comparison.compare(name, expected, actual, Tolerance.absolute(VAE_STEP + ROUNDING));
    }
  }

  private static void checkMask(GoldenFile golden, Comparison comparison) {
    INDArray expected = golden.tensor(MASK_RESULT);
    ImageSize.HeightWidth size = vaeSize(golden);
    if (comparison.compareShapes(MASK_RESULT, expected.shape(), shape(1, size))) {
      INDArray actual =
          VaeImageProcessor.ofMasks(VAE_SCALE_FACTOR)
              .preprocess(picture(golden, MASK), size.height(), size.width());
      comparison.compare(MASK_RESULT, expected, actual, Tolerance.EXACT);
    }
  }

  /** The size that the reference resized to, which cuts sides to multiples. */
  private static ImageSize.HeightWidth vaeSize(GoldenFile golden) {
    JsonFields vae = golden.fields().object("vae");
    return new ImageSize.HeightWidth(cut(vae.integer("height")), cut(vae.integer("width")));
  }

  private static int cut(int side) {
    return side - side % VAE_SCALE_FACTOR;
  }

  private static void checkFractions(GoldenFile golden, String name, Comparison comparison) {
    INDArray actual =
        VaeImageProcessor.ofImages(VAE_SCALE_FACTOR).postprocess(golden.tensor(DECODED));
    comparison.compare(
        name,
        golden.tensor(name),
        name.equals(FRACTIONS) ? actual : actual.permute(0, 2, 3, 1),
        Tolerance.absolute(ROUNDING));
  }

  private static void checkBytes(GoldenFile golden, Comparison comparison) {
    INDArray expected = golden.tensor(BYTES_CHANNELS_LAST);
    List<PixelImage> pictures =
        VaeImageProcessor.ofImages(VAE_SCALE_FACTOR).toPictures(golden.tensor(DECODED));
    PixelImage first = pictures.get(0);
    long[] shape = {pictures.size(), first.height(), first.width(), first.channels()};
    if (comparison.compareShapes(BYTES_CHANNELS_LAST, expected.shape(), shape)) {
      for (int n = 0; n < pictures.size(); n++) {
        compareBytes(
            BYTES_CHANNELS_LAST + ", picture " + n,
            expected.get(NDArrayIndex.point(n)),
            pictures.get(n),
            comparison);
      }
    }
  }

  private static void compareBytes(
      String what, INDArray expected, PixelImage image, Comparison comparison) {
    long[] shape = {image.height(), image.width(), image.channels()};
    if (!comparison.compareShapes(what, expected.shape(), shape)) {
      return;
    }
    double[] values = new double[image.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Byte.toUnsignedInt(image.values()[i]);
    }
    INDArray planar =
        Nd4j.createFromArray(values).reshape('c', image.channels(), image.height(), image.width());
    comparison.compare(what, expected, planar.permute(1, 2, 0), Tolerance.EXACT);
  }

  /** The picture that a tensor [h,w] or [h,w,3] of whole numbers holds. */
  private static PixelImage picture(GoldenFile golden, String name) {
    INDArray tensor = golden.tensor(name);
    boolean gray = tensor.rank() == 2;
    if (!gray && !(tensor.rank() == 3 && tensor.size(2) == CHANNELS)) {
      throw new InvalidFileException(
          golden.file(),
          "shape of "
              + name
              + " (="
              + Arrays.toString(tensor.shape())
              + ") must be [h, w] or [h, w, 3]");
    }
    double[] pixels = (gray ? tensor : tensor.permute(2, 0, 1)).dup('c').data().asDouble();
    byte[] values = new byte[pixels.length];
    for (int i = 0; i < values.length; i++) {
      if (!(pixels[i] >= 0 && pixels[i] <= WHITE)) {
        throw new InvalidFileException(
            golden.file(), "values of " + name + " (=" + pixels[i] + ") must be from 0 to 255");
      }
      values[i] = (byte) pixels[i];
    }
    return new PixelImage(
        gray ? 1 : CHANNELS,
        Math.toIntExact(tensor.size(0)),
        Math.toIntExact(tensor.size(1)),
        values);
  }

  private static long[] shape(int channels, ImageSize.HeightWidth size) {
    return new long[] {1, channels, size.height(), size.width()};
  }

  private static INDArray channel(INDArray images, int channel) {
    return images.get(NDArrayIndex.all(), NDArrayIndex.point(channel)).dup();
  }
}
