package org.diffusion4j.core.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.files.FileLookup;
import org.diffusion4j.core.files.Json;
import org.diffusion4j.core.files.TextFiles;

/**
 * A file with one JSON object for each step.
 *
 * <p>{@code {"step":1,"loss":0.5,"lr":1.0E-4,"grad_norm":2.0,"images_per_second":31.0,
 * "elapsed_seconds":0.25}}, followed by the task's metrics under their own names. Each line is
 * written out at once, so that the file can be followed while the training runs.
 *
 * <p>A resumed training drops the lines of steps that it does again, and a last line that was cut
 * off: no step is in the file twice. A training from the start refuses a file that has content.
 */
public final class JsonLinesLog implements TrainingListener {
  /** Far more than a step with a hundred metrics takes. */
  private static final int LONGEST_LINE = 1 << 16;

  private final Path file;
  private FileOutputStream out;

  /** A log in the given file, whose folder must exist when the training starts. */
  public JsonLinesLog(Path file) {
    this.file = file;
  }

  /**
   * Opens the file.
   *
   * @throws InvalidFileException if it is not such a log
   * @throws IOException if it cannot be written, or has content although the training is not
   *     resumed
   */
  @Override
  public void started(TrainingStart start) throws IOException {
    if (FileLookup.fileExists(file) && Files.size(file) > 0) {
      if (!start.resumed()) {
        throw new IOException(file + " holds the log of another training");
      }
      long end = endOfStep(start.step());
      try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "rw")) {
        log.setLength(end);
      }
    }
    // Unlike the streams of java.nio.file.Files, this one survives an interrupt of the thread.
    out = new FileOutputStream(file.toFile(), true);
  }

  /** The file's length up to and with the line of a step. */
  private long endOfStep(long lastStep) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      long end = 0;
      for (int number = 1; ; number++) {
        byte[] line = readLine(in, number);
        boolean complete = line.length > 0 && line[line.length - 1] == '\n';
        if (!complete || step(line, number) > lastStep) {
          return end;
        }
        end += line.length;
      }
    }
  }

  /** A line with its end, if it has one. */
  private byte[] readLine(InputStream in, int number) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0; b = in.read()) {
      line.write(b);
      if (b == '\n') {
        break;
      }
      if (line.size() > LONGEST_LINE) {
        throw notALog(number, null);
      }
    }
    return line.toByteArray();
  }

  private long step(byte[] line, int number) {
    try {
      JsonNode step = Json.read(TextFiles.decode(file, line)).path("step");
      if (step.isIntegralNumber()) {
        return step.longValue();
      }
    } catch (JsonProcessingException e) {
      throw notALog(number, e);
    }
    throw notALog(number, null);
  }

  private InvalidFileException notALog(int line, Exception cause) {
    return new InvalidFileException(
        file, "line " + line + " must be a step of a training log", cause);
  }

  @Override
  public void stepped(TrainingStep step) throws IOException {
    ObjectNode json = Json.object();
    json.put("step", step.step());
    json.put("loss", step.loss());
    json.put("lr", step.learningRate());
    json.put("grad_norm", step.gradientNorm());
    json.put("images_per_second", step.imagesPerSecond());
    json.put("elapsed_seconds", step.elapsedSeconds());
    step.metrics().forEach(json::put);
    byte[] line = (json + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      out.write(line);
    } catch (IOException e) {
      throw new IOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** Brings the lines to the disk. */
  @Override
  public void checkpointed(long step, Path checkpoint) throws IOException {
    out.getFD().sync();
  }

  @Override
  public void finished() throws IOException {
    if (out != null) {
      out.close();
      out = null;
    }
  }
}
