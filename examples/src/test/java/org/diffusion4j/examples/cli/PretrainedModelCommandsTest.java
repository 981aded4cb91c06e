package org.diffusion4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.diffusion4j.core.image.ColorMode;
import org.diffusion4j.core.image.ImageFiles;
import org.diffusion4j.core.image.PixelImage;
import org.diffusion4j.core.random.Generator;
import org.diffusion4j.core.testing.TensorAssertions;
import org.diffusion4j.core.verify.GoldenFile;
import org.diffusion4j.core.weights.DType;
import org.diffusion4j.core.weights.SafetensorsFile;
import org.diffusion4j.core.weights.SafetensorsWriter;
import org.diffusion4j.diffusion.verify.PipelineVerifier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The commands with models as diffusers writes them: pictures of 32x32, latents of 4x8x8. */
class PretrainedModelCommandsTest {
  private static final String PROMPT = "a photo of an astronaut riding a horse";

  /** A picture this small is enlarged to be looked at. */
  private static final int ENLARGED = 3;

  private static Path plain;
  private static Path inpainting;

  @TempDir Path folder;

  @BeforeAll
  static void unpack() throws IOException {
    plain = PipelineVerifier.plain().shipped();
    inpainting = PipelineVerifier.inpainting().shipped();
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  private Run run(String command, Path model, Object... arguments) {
    return Run.of(
        Stream.concat(
                Stream.of(command, PROMPT, "--model", model, "-o", file("x.png")),
                Stream.of(arguments))
            .toArray());
  }

  private Path latents(INDArray values) {
    Path file = file("start.safetensors");
    SafetensorsWriter.write(file, Map.of("latents", values), DType.F32, Map.of());
    return file;
  }

  private INDArray read(Path file) {
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      return tensors.read("latents");
    }
  }

  /** A picture of noise, and a mask of its right half. */
  private void writePictureAndMask() {
    INDArray picture = new Generator(3).rand(1, 3, 32, 32).muli(2).subi(1);
    ImageFiles.write(file("picture.png"), picture);
    INDArray mask = Nd4j.ones(1, 1, 32, 32).negi();
    for (int y = 0; y < 32; y++) {
      for (int x = 16; x < 32; x++) {
        mask.putScalar(0, 0, y, x, 1);
      }
    }
    ImageFiles.write(file("mask.png"), mask);
  }

  @ParameterizedTest
  @CsvSource({"txt2img, ddim, 7.5", "txt2img_euler, EULER, 7.5", "txt2img_noguidance, ddim, 1"})
  void latentsAndPictureAreThoseOfDiffusers(String name, String scheduler, double guidance)
      throws IOException {
    GoldenFile golden = GoldenFile.open(plain.resolve(name + ".json"));
    Run run =
        run(
            "text2image",
            plain,
            "--negative-prompt=blurry, low quality",
            "--steps=10",
            "--guidance=" + guidance,
            "--scheduler=" + scheduler,
            "--height=32",
            "--width=32",
            "--latents",
            latents(golden.tensor("in.latents")),
            "--save-latents",
            file("end.safetensors"));
    assertEquals(0, run.exitCode(), run.err());
    assertEquals(
        List.of("Wrote " + file("x.png") + ".", "Wrote " + file("end.safetensors") + "."),
        run.out().lines().toList());
    INDArray expected = golden.tensor("final_latents");
    double largest = Math.max(1, expected.amaxNumber().doubleValue());
    TensorAssertions.assertClose(
        expected, read(file("end.safetensors")), 1e-3 * largest, 0, "final_latents");
    assertShows(golden.tensor("image"), file("x.png"));
    assertEquals("start.safetensors", ImageFiles.texts(file("x.png")).get("latents"));
  }

  /** In 8 bits, half a step from rounding and half a step from the tolerance of 2e-3. */
  private static void assertShows(INDArray image, Path file) {
    PixelImage picture = ImageFiles.readPixels(file, ColorMode.RGB);
    assertEquals(ENLARGED * image.size(2), picture.height());
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < picture.height(); y++) {
        for (int x = 0; x < picture.width(); x++) {
          double expected = 255 * image.getDouble(0, c, y / ENLARGED, x / ENLARGED);
          assertEquals(expected, picture.value(c, y, x), 1.01);
        }
      }
    }
  }

  @Test
  void aPictureSaysHowItWasMade() {
    writePictureAndMask();
    Run run =
        run(
            "image2image",
            plain,
            file("picture.png"),
            "--strength=0.5",
            "--steps=4",
            "--seed=11",
            "--scheduler=dpm_solver_multistep",
            "--clip-skip=1",
            "--guidance=3",
            "--guidance-rescale=0.7");
    assertEquals(0, run.exitCode(), run.err());
    assertEquals(
        Map.ofEntries(
            Map.entry("prompt", PROMPT),
            Map.entry("negative_prompt", ""),
            Map.entry("seed", "11"),
            Map.entry("steps", "4"),
            Map.entry("guidance_scale", "3.0"),
            Map.entry("guidance_rescale", "0.7"),
            Map.entry("clip_skip", "1"),
            Map.entry("scheduler", "dpm_solver_multistep"),
            Map.entry("eta", "0.0"),
            Map.entry("strength", "0.5"),
            Map.entry("model", plain.getFileName().toString()),
            Map.entry("precision", "f32")),
        ImageFiles.texts(file("x.png")));
  }

  @Test
  void optionsMakeADifferenceAndTheNumberOfThreadsNone() throws IOException {
    byte[] picture = picture();
    assertFalse(Arrays.equals(picture, picture("--clip-skip=1")));
    assertFalse(Arrays.equals(picture, picture("--guidance-rescale=0.7")));
    assertFalse(Arrays.equals(picture, picture("--scheduler=euler_ancestral")));
    assertFalse(Arrays.equals(picture, picture("--seed=2")));
    assertArrayEquals(picture("--count=3", "--parallel=1"), picture("--count=3", "--parallel=2"));
    assertArrayEquals(picture, picture("--vae-tiling"));
  }

  private byte[] picture(Object... arguments) throws IOException {
    Run run =
        run(
            "text2image",
            plain,
            Stream.concat(Stream.of("--steps=2"), Stream.of(arguments)).toArray());
    assertEquals(0, run.exitCode(), run.err());
    return Files.readAllBytes(file("x.png"));
  }

  @Test
  void picturesHaveTheSizeThatIsAskedFor() throws IOException {
    picture("--height=24", "--width=40");
    PixelImage picture = ImageFiles.readPixels(file("x.png"), ColorMode.RGB);
    assertEquals(24.0 / 40, (double) picture.height() / picture.width());
  }

  @Test
  void bothKindsOfModelInpaint() {
    writePictureAndMask();
    for (Path model : List.of(plain, inpainting)) {
      Run run = run("inpaint", model, file("picture.png"), "--mask", file("mask.png"), "--steps=2");
      assertEquals(0, run.exitCode(), run.err());
      assertEquals("1.0", ImageFiles.texts(file("x.png")).get("strength"));
    }
  }

  @Test
  void whatTheModelCannotDoIsBadUsage() throws IOException {
    writePictureAndMask();
    String forInpainting = "in_channels of the U-Net (=9) must be 4 for ";
    assertFails(2, forInpainting + "text to image", "text2image", inpainting);
    Path picture = file("picture.png");
    assertFails(2, forInpainting + "image to image", "image2image", inpainting, picture);
    assertFails(2, "--height (=30) must be divisible by 4", "text2image", plain, "--height=30");
    assertFails(2, "--width (=0) must be at least 1", "text2image", plain, "--width=0");
    assertFails(
        2, "--width (=30) must be divisible by 4", "image2image", plain, picture, "--width=30");
    assertFails(2, "clipSkip (=3) must be from 0 to 2", "text2image", plain, "--clip-skip=3");
    assertFails(2, "expected one of [DDPM, DDIM", "text2image", plain, "--scheduler=heung");
    assertFails(2, "scheduler (=EDM_EULER) must", "text2image", plain, "--scheduler=edm_euler");
    assertFails(
        2, "guidanceRescale (=2.0) must be in [0, 1]", "text2image", plain, "--guidance-rescale=2");
    assertFails(2, "--parallel (=0) must be at least 1", "text2image", plain, "--parallel=0");
    assertFails(
        2,
        "shape of latents (=[1, 4, 8, 8]) must be [2, 4, 8, 8]",
        "text2image",
        plain,
        "--latents",
        latents(Nd4j.zeros(1, 4, 8, 8)),
        "--count=2");
    assertFails(
        2,
        "--save-latents (=" + file("x.png") + ") must be another file than --output",
        "text2image",
        plain,
        "--save-latents",
        file("x.png"));
  }

  @Test
  void filesThatDoNotFitAreFailures() throws IOException {
    SafetensorsWriter.write(
        file("other.safetensors"), Map.of("noise", Nd4j.zeros(3)), DType.F32, Map.of());
    assertFails(
        1,
        "must hold a tensor named latents",
        "text2image",
        plain,
        "--latents",
        file("other.safetensors"));
    assertFails(1, "no such file", "text2image", plain, "--latents", file("none.safetensors"));
    assertFails(1, "there is no such folder", "text2image", file("none"));
    assertFails(1, "must be the folder of a model, with unet", "text2image", folder);
    assertFails(
        1,
        "output folder " + file("none") + " must exist",
        "text2image",
        plain,
        "--save-latents",
        file("none/x.safetensors"));
  }

  /** One sentence, and what was there before stays. */
  private void assertFails(
      int exitCode, String sentence, String command, Path model, Object... arguments)
      throws IOException {
    Files.writeString(file("x.png"), "old");
    Run run = run(command, model, arguments);
    assertEquals(exitCode, run.exitCode(), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains(sentence), run.err());
    assertEquals("old", Files.readString(file("x.png")));
  }
}
