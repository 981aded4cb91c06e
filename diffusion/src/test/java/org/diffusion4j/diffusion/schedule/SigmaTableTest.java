package org.diffusion4j.diffusion.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SigmaTableTest {
  private static final NoiseSchedule SCHEDULE =
      new NoiseSchedule(BetaSchedule.LINEAR.betas(11, 0.01, 0.3));

  private final SigmaTable table = new SigmaTable(SCHEDULE);

  @Test
  void sigmaIsTheNoiseInUnitsOfTheSignal() {
    for (int t = 0; t < 11; t++) {
      NoiseLevel level = SCHEDULE.level(t);
      assertEquals(level.sigma() / level.alpha(), table.at(t), 1e-9);
      assertEquals(-Math.log(table.at(t)), level.lambda(), 1e-9);
    }
    assertEquals(table.at(0), table.min());
    assertEquals(table.at(10), table.max());
  }

  @Test
  void betweenTimestepsItIsLinear() {
    assertEquals(0.7 * table.at(4) + 0.3 * table.at(5), table.at(4.3), 1e-12);
    assertEquals(table.max(), table.at(10), 0);
  }

  @Test
  void timestepsOfSigmasAreFoundByTheirLogarithm() {
    for (int t = 0; t < 11; t++) {
      assertEquals(t, table.timestep(table.at(t)), 1e-9);
    }
    assertEquals(6.5, table.timestep(Math.sqrt(table.at(6) * table.at(7))), 1e-9);
    assertEquals(0, table.timestep(table.min() / 2));
    assertEquals(10, table.timestep(table.max() * 2));
  }

  @Test
  void pureNoiseKeepsATraceOfSignal() {
    NoiseSchedule rescaled = SCHEDULE.withZeroTerminalSnr();
    assertEquals(0, rescaled.alphaCumprod(10));
    assertEquals(4096, new SigmaTable(rescaled.withFiniteSigmas()).max(), 1e-3);
    assertEquals(rescaled.alphaCumprod(9), rescaled.withFiniteSigmas().alphaCumprod(9));
  }

  @Test
  void timestepsBeyondTheTableAreRefused() {
    Exception e = assertThrows(IllegalArgumentException.class, () -> table.at(10.5));
    assertEquals("timestep (=10.5) must be from 0 to 10", e.getMessage());
    assertTrue(new SigmaTable(new NoiseSchedule(new float[] {0.5f})).at(0) > 0);
  }
}
