package org.diffusion4j.benchmarks.compare;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Labels on the command line. */
final class Labels {
  private Labels() {}

  /** A work by its label. */
  static final class Works implements ITypeConverter<Work>, Iterable<String> {
    @Override
    public Work convert(String label) {
      return found("work", label, Work.of(label), all());
    }

    @Override
    public Iterator<String> iterator() {
      return all().iterator();
    }

    private static List<String> all() {
      return Arrays.stream(Work.values()).map(Work::label).toList();
    }
  }

  /** A contender by its label. */
  static final class Contenders implements ITypeConverter<Contender>, Iterable<String> {
    @Override
    public Contender convert(String label) {
      return found("contender", label, Contender.of(label), all());
    }

    @Override
    public Iterator<String> iterator() {
      return all().iterator();
    }

    private static List<String> all() {
      return Contender.ALL.stream().map(Contender::label).toList();
    }
  }

  private static <T> T found(String what, String label, Optional<T> value, List<String> all) {
    return value.orElseThrow(
        () ->
            new TypeConversionException(
                what + " (=" + label + ") must be one of " + String.join(", ", all)));
  }
}
