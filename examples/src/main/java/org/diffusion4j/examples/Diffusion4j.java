package org.diffusion4j.examples;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import org.diffusion4j.examples.cli.ConvergenceCommand;
import org.diffusion4j.examples.cli.EvaluateCommand;
import org.diffusion4j.examples.cli.ExportOnnxCommand;
import org.diffusion4j.examples.cli.Failures;
import org.diffusion4j.examples.cli.ImageToImageCommand;
import org.diffusion4j.examples.cli.InpaintCommand;
import org.diffusion4j.examples.cli.InspectCommand;
import org.diffusion4j.examples.cli.LibraryOutput;
import org.diffusion4j.examples.cli.NativeMemory;
import org.diffusion4j.examples.cli.ProfileCommand;
import org.diffusion4j.examples.cli.ReconstructCommand;
import org.diffusion4j.examples.cli.TextToImageCommand;
import org.diffusion4j.examples.cli.TrainCommand;
import org.diffusion4j.examples.cli.VerboseOption;
import org.diffusion4j.examples.cli.VerifyCommand;
import org.diffusion4j.examples.cli.VersionProvider;
import org.diffusion4j.examples.cli.ZeroShotCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ScopeType;

/** The command line: trains the small models of the examples and shows what they can do. */
@Command(
    name = "diffusion4j",
    description =
        "Makes pictures of sentences, with models of its own or published ones, and trains them.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    scope = ScopeType.INHERIT,
    subcommands = {
      TextToImageCommand.class,
      ImageToImageCommand.class,
      InpaintCommand.class,
      ReconstructCommand.class,
      ZeroShotCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      InspectCommand.class,
      ExportOnnxCommand.class,
      VerifyCommand.class,
      ProfileCommand.class,
      ConvergenceCommand.class
    },
    showDefaultValues = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:success", "1:failure", "2:bad usage", "130:stopped by Ctrl-C"})
public final class Diffusion4j {
  @Mixin VerboseOption verbose;

  private Diffusion4j() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    CommandLine commandLine =
        commandLine().setOut(new PrintWriter(System.out, true, Charset.defaultCharset()));
    NativeMemory.install(commandLine);
    LibraryOutput.useLogs();
    System.setOut(new LibraryOutput(System.err));
    System.exit(commandLine.execute(arguments));
  }

  /** The command line, to run inside another program. */
  public static CommandLine commandLine() {
    CommandLine commandLine =
        new CommandLine(new Diffusion4j()).setCaseInsensitiveEnumValuesAllowed(true);
    Failures.install(commandLine);
    return commandLine;
  }
}
