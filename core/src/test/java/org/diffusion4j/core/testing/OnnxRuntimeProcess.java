package org.diffusion4j.core.testing;

import ai.onnxruntime.OrtEnvironment;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** The tests' end of an {@link OnnxRuntimeServer}, which all of a Java virtual machine share. */
final class OnnxRuntimeProcess {
  /** What else reports over the network. */
  private static final String NO_TELEMETRY = "ORT_DISABLE_TELEMETRY";

  private static Optional<OnnxRuntimeProcess> current = Optional.empty();

  private final Process process;
  private final Path log;
  private final DataOutputStream questions;
  private final DataInputStream answers;

  private OnnxRuntimeProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    questions = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
    answers = new DataInputStream(new BufferedInputStream(process.getInputStream()));
  }

  /** Writes a question. */
  @FunctionalInterface
  interface Question {
    void write(DataOutputStream out) throws IOException;
  }

  /** Reads its answer. */
  @FunctionalInterface
  interface Answer<T> {
    T read(DataInputStream in) throws IOException;
  }

  /** The process that runs, or a new one. */
  static synchronized OnnxRuntimeProcess current() {
    if (current.isEmpty() || !current.get().process.isAlive()) {
      current = Optional.of(start());
    }
    return current.get();
  }

  private static OnnxRuntimeProcess start() {
    try {
      Path log = Files.createTempFile("onnxruntime", ".log");
      log.toFile().deleteOnExit();
      Path crash = log.resolveSibling(log.getFileName() + ".crash");
      crash.toFile().deleteOnExit();
      ProcessBuilder builder =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:ErrorFile=" + crash,
                  "-XX:TieredStopAtLevel=1",
                  "-XX:-CreateCoredumpOnCrash",
                  "-cp",
                  classPath(),
                  OnnxRuntimeServer.class.getName())
              .redirectError(log.toFile());
      builder.environment().put(NO_TELEMETRY, "1");
      return new OnnxRuntimeProcess(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folders and jars of what it runs, wherever this virtual machine has them from. */
  private static String classPath() {
    return Stream.of(OnnxRuntimeServer.class, OrtEnvironment.class)
        .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
        .map(location -> Path.of(URI.create(location.toString())).toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Its number, by which a test may end it. */
  long pid() {
    return process.pid();
  }

  /**
   * Asks, and waits for the answer.
   *
   * @throws IllegalStateException if ONNX Runtime refuses
   */
  synchronized <T> T ask(Question question, Answer<T> answer) {
    try {
      question.write(questions);
      questions.flush();
      int kind = answers.read();
      return switch (kind) {
        case OnnxRuntimeServer.DONE -> answer.read(answers);
        case OnnxRuntimeServer.REFUSED -> throw new IllegalStateException(answers.readUTF());
        case OnnxRuntimeServer.ABSENT ->
            Assumptions.abort("ONNX Runtime does not load here: " + answers.readUTF());
        default -> Assertions.fail(reason());
      };
    } catch (IOException e) {
      return Assertions.fail(reason(), e);
    }
  }

  /** How it ended, and where: a Java virtual machine that crashes says so on its output. */
  private String reason() {
    try {
      int code = process.waitFor();
      String output = new String(answers.readAllBytes(), Charset.defaultCharset());
      String errors = Files.readString(log, Charset.defaultCharset());
      return "ONNX Runtime's process ended with exit code %d\n%s%s".formatted(code, output, errors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
