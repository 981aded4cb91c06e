package org.diffusion4j.benchmarks.compare;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** Has {@link OwnProcess} run the tests of a class, and reports here what became of them. */
final class OwnProcessExtension implements InvocationInterceptor {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(OwnProcessExtension.class);

  @Override
  public void interceptBeforeAllMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    proceedInOwnProcess(invocation);
  }

  @Override
  public void interceptBeforeEachMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    proceedInOwnProcess(invocation);
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    if (!proceedInOwnProcess(invocation)) {
      Outcomes outcomes =
          context
              .getParent()
              .orElseThrow()
              .getStore(NAMESPACE)
              .getOrComputeIfAbsent(
                  Outcomes.class,
                  key -> Outcomes.of(context.getRequiredTestClass()),
                  Outcomes.class);
      outcomes.report(method.getExecutable().getName());
    }
  }

  private static boolean proceedInOwnProcess(Invocation<Void> invocation) throws Throwable {
    boolean own = OwnProcess.isThis();
    if (own) {
      invocation.proceed();
    } else {
      invocation.skip();
    }
    return own;
  }

  /** What became of a test. */
  private record Outcome(OwnProcess.Event event, String text) {}

  /** What became of all tests of a class, by name. */
  private record Outcomes(Map<String, Outcome> byTest) {

    static Outcomes of(Class<?> tests) {
      List<String> left =
          AnnotationSupport.findAnnotatedMethods(tests, Test.class, HierarchyTraversalMode.TOP_DOWN)
              .stream()
              .map(Method::getName)
              .collect(Collectors.toCollection(ArrayList::new));
      Map<String, Outcome> outcomes = new LinkedHashMap<>();
      while (!left.isEmpty()) {
        Map<String, Outcome> some = run(tests, left);
        outcomes.putAll(some);
        left.removeAll(some.keySet());
      }
      return new Outcomes(outcomes);
    }

    /** Those up to the first that crashes; at least one. */
    private static Map<String, Outcome> run(Class<?> tests, List<String> names) {
      try {
        Path events = Files.createTempFile("events", ".bin");
        Path output = Files.createTempFile("output", ".txt");
        try {
          List<String> arguments = new ArrayList<>(List.of(events.toString(), tests.getName()));
          arguments.addAll(names);
          int code =
              ChildJvm.of(new TorchEngine(), OwnProcess.class, arguments)
                  .redirectErrorStream(true)
                  .redirectOutput(output.toFile())
                  .start()
                  .waitFor();
          Map<String, Outcome> outcomes = read(events);
          String end =
              String.format(
                  Locale.ROOT,
                  "its process ended with exit code %d%n%s",
                  code,
                  Files.readString(output, Charset.defaultCharset()));
          outcomes.replaceAll(
              (name, outcome) ->
                  outcome.event == OwnProcess.Event.STARTED
                      ? new Outcome(OwnProcess.Event.FAILED, end)
                      : outcome);
          if (outcomes.isEmpty()) {
            names.forEach(name -> outcomes.put(name, new Outcome(OwnProcess.Event.FAILED, end)));
          }
          return outcomes;
        } finally {
          Files.deleteIfExists(events);
          Files.deleteIfExists(output);
        }
      } catch (UnsatisfiedLinkError e) {
        Outcome absent = new Outcome(OwnProcess.Event.ABORTED, e.getMessage());
        return names.stream().collect(Collectors.toMap(name -> name, name -> absent));
      } catch (IOException e) {
        throw new AssertionError(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }

    private static Map<String, Outcome> read(Path events) throws IOException {
      Map<String, Outcome> outcomes = new LinkedHashMap<>();
      try (DataInputStream in = new DataInputStream(Files.newInputStream(events))) {
        while (true) {
          OwnProcess.Event event = OwnProcess.Event.valueOf(in.readUTF());
          outcomes.put(in.readUTF(), new Outcome(event, in.readUTF()));
        }
      } catch (EOFException e) {
        return outcomes;
      }
    }

    void report(String test) {
      Outcome outcome = byTest.get(test);
      switch (outcome.event) {
        case FAILED -> throw new AssertionFailedError(outcome.text);
        case ABORTED -> throw new TestAbortedException(outcome.text);
        default -> {}
      }
    }
  }
}
