package org.diffusion4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class Diffusion4jTest {

  @Test
  void helpAndVersionGoToTheStandardOutput() {
    Run help = Run.of("--help");
    assertEquals(0, help.exitCode());
    assertEquals("", help.err());
    assertTrue(help.out().contains("--verbose"), help.out());
    Run version = Run.of("--version");
    assertEquals(0, version.exitCode());
    assertTrue(version.out().startsWith("diffusion4j "), version.out());
  }

  @Test
  void badUsageIsOneLineAndExitCodeTwo() {
    Run run = Run.of("--colour");
    assertEquals(2, run.exitCode());
    assertEquals("", run.out());
    assertEquals(
        "diffusion4j: Unknown option: '--colour'; see diffusion4j --help", run.err().strip());
  }

  @Test
  void verboseAddsTheStackTrace() {
    Run run = Run.of("--colour", "--verbose");
    assertEquals(2, run.exitCode());
    assertTrue(run.err().contains("\tat picocli."), run.err());
  }
}
