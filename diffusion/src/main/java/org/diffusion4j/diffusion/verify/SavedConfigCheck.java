package org.diffusion4j.diffusion.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.diffusion4j.core.config.ConfigFile;
import org.diffusion4j.core.verify.Comparison;
import org.diffusion4j.core.verify.Deviation;
import org.diffusion4j.core.verify.UnsupportedCaseException;
import org.diffusion4j.diffusion.sample.SchedulerConfigFile;
import org.diffusion4j.diffusion.sample.SchedulerType;

/** Whether a {@code scheduler_config.json} has the same fields when it is written as when read. */
final class SavedConfigCheck {
  private SavedConfigCheck() {}

  static void run(Path file, Comparison comparison) {
    SchedulerConfigFile read;
    try {
      read = SchedulerConfigFile.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    requireKnown(read.content().className());
    ObjectNode expected = read.content().fields();
    ObjectNode actual = ConfigFile.fieldsOf(read.config());
    Set<String> names = new TreeSet<>();
    expected.fieldNames().forEachRemaining(names::add);
    actual.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      boolean equal = equal(expected.path(name), actual.path(name));
      comparison.add(new Deviation(name, equal ? 0 : Double.POSITIVE_INFINITY, 0));
    }
  }

  /** Skips a case of a scheduler that there is no sampler for. */
  static void requireKnown(String className) {
    if (SchedulerType.named(className).isEmpty()) {
      throw new UnsupportedCaseException("no sampler for " + className);
    }
  }

  private static boolean equal(JsonNode expected, JsonNode actual) {
    boolean numbers = expected.isNumber() && actual.isNumber();
    return numbers ? expected.doubleValue() == actual.doubleValue() : expected.equals(actual);
  }
}
