package org.diffusion4j.benchmarks.compare;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The process that runs tests of a class, and writes down what becomes of each as it happens. */
final class OwnProcess {
  /** What happens to a test. */
  enum Event {
    STARTED,
    PASSED,
    ABORTED,
    FAILED
  }

  private static final String PROPERTY = "diffusion4j.tests.ownProcess";

  /** What {@link DataOutputStream#writeUTF} takes, whatever the characters. */
  private static final int MOST_CHARACTERS = 20_000;

  private OwnProcess() {}

  /** Whether this is that process. */
  static boolean isThis() {
    return Boolean.getBoolean(PROPERTY);
  }

  /** The file for the events, the class, and its tests by name. */
  public static void main(String[] arguments) throws Exception {
    System.setProperty(PROPERTY, "true");
    Class<?> tests = Class.forName(arguments[1]);
    List<String> names = Arrays.asList(arguments).subList(2, arguments.length);
    List<? extends DiscoverySelector> selectors =
        Arrays.stream(tests.getDeclaredMethods())
            .filter(method -> names.contains(method.getName()))
            .map(method -> DiscoverySelectors.selectMethod(tests, method))
            .toList();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request().selectors(selectors).build();
    try (DataOutputStream events =
        new DataOutputStream(Files.newOutputStream(Path.of(arguments[0])))) {
      LauncherFactory.create().execute(request, new Events(events));
    }
    System.exit(0);
  }

  /** Writes events. */
  private record Events(DataOutputStream out) implements TestExecutionListener {
    @Override
    public void executionStarted(TestIdentifier test) {
      write(test, Event.STARTED, "");
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      Event event =
          switch (result.getStatus()) {
            case SUCCESSFUL -> Event.PASSED;
            case ABORTED -> Event.ABORTED;
            case FAILED -> Event.FAILED;
          };
      String text = result.getThrowable().map(thrown -> text(event, thrown)).orElse("");
      write(test, event, text.substring(0, Math.min(text.length(), MOST_CHARACTERS)));
    }

    private static String text(Event event, Throwable thrown) {
      if (event == Event.ABORTED) {
        return String.valueOf(thrown.getMessage());
      }
      StringWriter trace = new StringWriter();
      thrown.printStackTrace(new PrintWriter(trace));
      return trace.toString();
    }

    private void write(TestIdentifier test, Event event, String text) {
      test.getSource()
          .filter(MethodSource.class::isInstance)
          .map(source -> ((MethodSource) source).getMethodName())
          .ifPresent(name -> write(name, event, text));
    }

    private void write(String test, Event event, String text) {
      try {
        out.writeUTF(event.name());
        out.writeUTF(test);
        out.writeUTF(text);
        out.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
