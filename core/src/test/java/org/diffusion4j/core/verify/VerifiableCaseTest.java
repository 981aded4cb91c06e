package org.diffusion4j.core.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.diffusion4j.core.execution.Precision;
import org.diffusion4j.core.execution.choice.ExecutorType;
import org.junit.jupiter.api.Test;

class VerifiableCaseTest {

  @Test
  void aCaseThatAsksForTooMuchMemoryFailsByItself() {
    VerifiableCase golden =
        new VerifiableCase(
            "huge",
            (target, comparison) -> {
              throw new OutOfMemoryError("Java heap space");
            });

    CaseResult result = golden.run("ops", new Target(ExecutorType.SAMEDIFF, Precision.F32));

    assertEquals(CaseResult.Outcome.FAILED, result.outcome());
    assertEquals("huge", result.name());
    assertEquals("out of memory: Java heap space", result.reason());
  }
}
