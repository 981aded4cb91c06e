package org.diffusion4j.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

@DisabledOnOs(OS.WINDOWS)
class OwnProcessTest {
  /** Not for this process. */
  @InOwnProcess
  static class Cases {
    static final String PROPERTY = "diffusion4j.tests.beforeAll";

    @BeforeAll
    static void prepare() {
      System.setProperty(PROPERTY, "done");
    }

    @Test
    void crashes() throws Exception {
      String self = String.valueOf(ProcessHandle.current().pid());
      new ProcessBuilder("kill", "-SEGV", self).start().waitFor();
      Thread.sleep(60_000);
    }

    @Test
    void exits() {
      System.exit(3);
    }

    @Test
    void fails() {
      assertEquals(2, 3);
    }

    @Test
    void passes(@TempDir Path folder) {
      assertEquals("done", System.getProperty(PROPERTY));
      assertTrue(Files.isDirectory(folder));
    }

    @Test
    void isSkipped() {
      Assumptions.abort("there is none here");
    }
  }

  @Test
  void whatHappensToATestHappensToNoOther() {
    Map<String, TestExecutionResult> results = new TreeMap<>();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(Cases.class))
                .build(),
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                  results.put(test.getLegacyReportingName(), result);
                }
              }
            });
    assertResult(results.get("crashes()"), TestExecutionResult.Status.FAILED, "SIGSEGV");
    assertResult(results.get("exits()"), TestExecutionResult.Status.FAILED, "exit code 3");
    assertResult(results.get("fails()"), TestExecutionResult.Status.FAILED, "expected: <2>");
    assertResult(results.get("isSkipped()"), TestExecutionResult.Status.ABORTED, "none here");
    assertEquals(TestExecutionResult.Status.SUCCESSFUL, results.get("passes(Path)").getStatus());
    assertEquals(5, results.size());
    assertEquals(null, System.getProperty(Cases.PROPERTY));
  }

  private static void assertResult(
      TestExecutionResult result, TestExecutionResult.Status status, String reason) {
    assertEquals(status, result.getStatus());
    String message = result.getThrowable().orElseThrow().getMessage();
    assertTrue(message.contains(reason), message);
  }
}
