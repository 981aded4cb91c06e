package org.diffusion4j.examples.cli;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** What a user reads when a command fails: one sentence, and the stack trace if asked for. */
public final class Failures {
  /** What a process ended by SIGINT (2) gives: 128 + 2. */
  static final int INTERRUPTED = 130;

  private Failures() {}

  /** Makes a command line answer with exit code 2 to bad usage and with 1 to a failure. */
  public static void install(CommandLine commandLine) {
    commandLine
        .setParameterExceptionHandler(Failures::badUsage)
        .setExecutionExceptionHandler(Failures::failed)
        .setExecutionStrategy(Failures::run);
  }

  private static int run(ParseResult parsed) {
    try {
      return new RunLast().execute(parsed);
    } catch (OutOfMemoryError e) {
      throw new ExecutionException(parsed.commandSpec().commandLine(), outOfMemory(e), e);
    }
  }

  /** What bounds the memory that there was none left of, by a part of the error's message. */
  private static final Map<String, String> BOUNDS =
      Map.of(
          "> maxPhysicalBytes", "-D" + NativeMemory.MAX_PHYSICAL_BYTES,
          "> maxBytes", "-D" + NativeMemory.MAX_BYTES,
          "Java heap space", "-Xmx",
          "GC overhead limit", "-Xmx",
          "direct", "-XX:MaxDirectMemorySize",
          "Metaspace", "-XX:MaxMetaspaceSize");

  /**
   * Names the bound that was reached, if it is one that the user sets; that of JavaCPP is in the
   * message of a cause.
   */
  static String outOfMemory(OutOfMemoryError error) {
    String reached = String.valueOf(error.getMessage());
    String bound = "";
    for (Throwable each = error; each != null; each = each.getCause()) {
      String message = String.valueOf(each.getMessage());
      for (Map.Entry<String, String> known : BOUNDS.entrySet()) {
        if (message.toLowerCase(Locale.ROOT).contains(known.getKey().toLowerCase(Locale.ROOT))) {
          reached = message;
          bound = ", or raise the JVM's " + known.getValue();
        }
      }
    }
    return "out of memory ("
        + reached
        + "): take smaller batches or pictures, fewer at a time"
        + bound;
  }

  private static int badUsage(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    print(command, e.getMessage().strip() + "; see " + name + " --help", e, isVerbose(arguments));
    return CommandLine.ExitCode.USAGE;
  }

  private static int failed(Exception e, CommandLine command, ParseResult parsed) {
    print(command, sentence(e), e, isVerbose(parsed.originalArgs().toArray(String[]::new)));
    return e instanceof CancellationException ? INTERRUPTED : CommandLine.ExitCode.SOFTWARE;
  }

  /** Looked up among the arguments, as a line that does not parse has no option values. */
  private static boolean isVerbose(String[] arguments) {
    return Arrays.asList(arguments).contains(VerboseOption.NAME);
  }

  private static void print(CommandLine command, String sentence, Exception e, boolean verbose) {
    String oneLine = sentence.replaceAll("\\R\\s*", " ");
    command.getErr().println(command.getCommandSpec().root().name() + ": " + oneLine);
    if (verbose) {
      e.printStackTrace(command.getErr());
    }
    command.getErr().flush();
  }

  /** What went wrong; the messages of Java's file exceptions are often no more than a name. */
  static String sentence(Throwable failure) {
    if (failure instanceof FileSystemException e) {
      return e.getFile() + ": " + problem(e);
    }
    String message = failure.getMessage();
    if (message == null) {
      return "it failed with " + failure.getClass().getName() + "; --verbose shows where";
    }
    Throwable cause = failure.getCause();
    if (failure instanceof UncheckedIOException && cause != null) {
      String reason = sentence(cause);
      return message.contains(reason) || message.contains(cause.toString())
          ? message.replace(cause.toString(), reason)
          : message + ": " + reason;
    }
    return message;
  }

  private static String problem(FileSystemException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file or folder";
    } else if (e instanceof AccessDeniedException) {
      return "access is denied";
    } else if (e instanceof FileAlreadyExistsException) {
      return "a file of this name is in the way";
    } else if (e instanceof NotDirectoryException) {
      return "it is not a folder";
    }
    return e.getReason() == null ? "it cannot be read or written" : e.getReason();
  }
}
