package org.diffusion4j.diffusion.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.config.ConfigFile;

/**
 * A {@code scheduler_config.json} as diffusers reads and writes it: the sampler goes by its {@code
 * _class_name}, and what is left out has the defaults of that class.
 *
 * <p>Fields that only other classes have are passed over, since published files carry some. A field
 * that no class has is an error: it may change the numbers.
 *
 * @param content what the file says
 */
public record SchedulerConfigFile(ConfigFile.Content content) {

  /**
   * Reads a file.
   *
   * @throws InvalidFileException if the file is missing or no JSON object
   */
  public static SchedulerConfigFile read(Path file) throws IOException {
    return new SchedulerConfigFile(ConfigFile.read(file));
  }

  /**
   * The scheduler that the file names.
   *
   * @throws InvalidFileException if no sampler has its {@code _class_name}
   */
  public SchedulerType type() {
    return SchedulerType.named(content.className())
        .orElseThrow(
            () ->
                new InvalidFileException(
                    content.file(),
                    "_class_name (="
                        + Texts.quote(content.className())
                        + ") must be one of "
                        + Arrays.stream(SchedulerType.values())
                            .map(SchedulerType::className)
                            .collect(Collectors.joining(", "))));
  }

  /**
   * The config of the scheduler that the file names.
   *
   * @throws InvalidFileException if no sampler has its {@code _class_name}, or if a field is
   *     unknown or out of its range
   */
  public SchedulerConfig config() {
    return config(type());
  }

  /**
   * The config of any scheduler for the same model: the fields of the file that it has too, and its
   * own defaults.
   *
   * @throws InvalidFileException if a field is unknown or out of its range
   */
  public SchedulerConfig config(SchedulerType type) {
    Set<String> unknown = new LinkedHashSet<>();
    content.fields().fieldNames().forEachRemaining(unknown::add);
    for (SchedulerType each : SchedulerType.values()) {
      ConfigFile.fieldsOf(each.defaults()).fieldNames().forEachRemaining(unknown::remove);
    }
    if (!unknown.isEmpty()) {
      throw new InvalidFileException(
          content.file(),
          "field " + Texts.quote(unknown.iterator().next()) + " is of no known scheduler");
    }
    return content.over(type.defaults());
  }

  /** Writes a config; an existing file is replaced only when the new one is complete. */
  public static void write(Path file, SchedulerConfig config) throws IOException {
    ConfigFile.write(file, config, SchedulerType.of(config).className());
  }
}
