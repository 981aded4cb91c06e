package org.diffusion4j.diffusion.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.verify.Comparison;
import org.diffusion4j.core.verify.GoldenFile;
import org.diffusion4j.core.verify.VerifiableCase;
import org.diffusion4j.core.verify.Verifier;

/**
 * Verifies whole pipelines: the golden data in folders named {@code pipeline} and {@code
 * pipeline-inpaint9}, each a model folder of diffusers and, beside its parts, runs of it.
 *
 * <p>Each JSON file is one run: its arguments, scheduler and timesteps. The tensors beside it are
 * what it was given, every noise that it drew, and what it computed: tokens, states of the text,
 * the first input and output of the U-Net, the latents after every step and the image.
 *
 * <p>Pipelines compute in float32, where float64 is asked for too.
 */
public final class PipelineVerifier implements Verifier {
  /** What describes the model folder, and no run. */
  private static final String MODEL_INDEX = "model_index";

  private final String folder;

  private PipelineVerifier(String folder) {
    this.folder = folder;
  }

  /** Of a U-Net that sees latents alone. */
  public static PipelineVerifier plain() {
    return new PipelineVerifier("pipeline");
  }

  /** Of a U-Net that sees mask and masked image too. */
  public static PipelineVerifier inpainting() {
    return new PipelineVerifier("pipeline-inpaint9");
  }

  @Override
  public String folder() {
    return folder;
  }

  @Override
  public List<VerifiableCase> cases(Path directory) throws IOException {
    List<VerifiableCase> cases = new ArrayList<>();
    for (GoldenFile file : GoldenFile.openAll(directory)) {
      if (!file.name().equals(MODEL_INDEX)) {
        cases.add(
            new VerifiableCase(
                file.name(),
                (execution, comparison) -> check(directory, file, execution, comparison)));
      }
    }
    return cases;
  }

  private static void check(
      Path model, GoldenFile file, Execution execution, Comparison comparison) {
    Execution single =
        execution.precision() == Precision.F64 ? execution.withPrecision(Precision.F32) : execution;
    try {
      new PipelineReplay(GoldenGeneration.read(file), single, comparison).run(model);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
