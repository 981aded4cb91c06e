package org.diffusion4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LateBarTest {
  private static String shown(Duration patience) {
    StringWriter lines = new StringWriter();
    try (LateBar bar = new LateBar("Work", "steps", 3, new PrintWriter(lines), patience)) {
      for (int i = 0; i < 3; i++) {
        bar.step();
      }
    }
    return lines.toString();
  }

  @Test
  void whatIsQuicklyDoneShowsNoBar() {
    assertEquals("", shown(Duration.ofHours(1)));
  }

  @Test
  void whatTakesLongShowsHowMuchIsDone() {
    assertTrue(shown(Duration.ZERO).contains("3/3 steps"), shown(Duration.ZERO));
  }
}
