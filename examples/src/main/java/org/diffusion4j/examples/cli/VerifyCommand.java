package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.diffusion4j.clip.verify.ClipTextVerifier;
import org.diffusion4j.clip.verify.ClipVerifier;
import org.diffusion4j.clip.verify.TokenizerVerifier;
import org.diffusion4j.core.execution.Execution;
import org.diffusion4j.core.verify.CaseResult;
import org.diffusion4j.core.verify.RandomVerifier;
import org.diffusion4j.core.verify.Verification;
import org.diffusion4j.core.verify.Verifier;
import org.diffusion4j.core.verify.operation.OperationVerifier;
import org.diffusion4j.diffusion.verify.ImageProcessingVerifier;
import org.diffusion4j.diffusion.verify.PipelineVerifier;
import org.diffusion4j.diffusion.verify.SchedulerVerifier;
import org.diffusion4j.diffusion.verify.TrainingVerifier;
import org.diffusion4j.unet.verify.UNet2DConditionVerifier;
import org.diffusion4j.unet.verify.UNet2DVerifier;
import org.diffusion4j.vae.verify.AutoencoderKLVerifier;
import org.diffusion4j.vae.verify.VQVerifier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says whether the numbers are right on this machine. */
@Command(
    name = "verify",
    description = {
      "Computes on this machine what the reference implementations (torch, diffusers, transformers)"
          + " computed, compares every value and gradient, and fails if one is not within its"
          + " tolerance, as values in bf16 are not. What this version cannot compute is skipped and"
          + " named. Schedules, random numbers and optimisers compute as they do elsewhere, whatever"
          + " the precision.",
      "Example: diffusion4j verify --precision f64"
    })
public final class VerifyCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  static final List<Verifier> VERIFIERS =
      List.of(
          new OperationVerifier(),
          new RandomVerifier(),
          new ImageProcessingVerifier(),
          new SchedulerVerifier(),
          new TokenizerVerifier(),
          new ClipVerifier(),
          new ClipTextVerifier(),
          new AutoencoderKLVerifier(),
          new VQVerifier(),
          new UNet2DVerifier(),
          new UNet2DConditionVerifier(),
          new TrainingVerifier(),
          PipelineVerifier.plain(),
          PipelineVerifier.inpainting());

  @Spec CommandSpec command;
  @Mixin ExecutionOptions execution;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description =
          "Golden data: a folder for each kind, such as ops. Without it, those in the jar.")
  Path directory;

  @Option(names = "--json", description = "Print the results as JSON.")
  boolean json;

  @Override
  public Integer call() throws IOException {
    OptionRules.require(
        command,
        directory == null || Files.isDirectory(directory),
        "DIR",
        directory,
        "must be a folder");
    Execution chosen = execution.verified(command);
    PrintWriter out = command.commandLine().getOut();
    PrintWriter err = command.commandLine().getErr();
    Verification verification =
        directory == null
            ? Verification.ofShipped(VERIFIERS)
            : Verification.of(VERIFIERS, directory);
    VerificationReport report;
    try (Interruption interruption = Interruption.watch();
        LateBar bar = new LateBar("Verifying", "cases", verification.size(), err, PATIENCE)) {
      List<CaseResult> results =
          verification.run(chosen, result -> bar.step(), interruption::requested);
      report = VerificationReport.of(chosen, verification.folders(), results);
    }
    if (json) {
      report.printJson(out);
    } else {
      report.printTable(out);
    }
    if (report.run() == 0) {
      err.println(command.root().name() + ": none of the cases could be run");
    }
    return report.run() > 0 && report.failed() == 0
        ? CommandLine.ExitCode.OK
        : CommandLine.ExitCode.SOFTWARE;
  }
}
