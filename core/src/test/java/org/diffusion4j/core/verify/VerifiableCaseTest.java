package org.diffusion4j.core.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.diffusion4j.core.execution.Execution;
import org.junit.jupiter.api.Test;

class VerifiableCaseTest {

  @Test
  void aCaseThatAsksForTooMuchMemoryFailsByItself() {
    VerifiableCase golden =
        new VerifiableCase(
            "huge",
            (execution, comparison) -> {
              throw new OutOfMemoryError("Java heap space");
            });

    CaseResult result = golden.run("ops", Execution.auto().withExecutor("samediff"));

    assertEquals(CaseResult.Outcome.FAILED, result.outcome());
    assertEquals("huge", result.name());
    assertEquals("out of memory: Java heap space", result.reason());
  }
}
