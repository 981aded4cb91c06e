package org.diffusion4j.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Properties;
import org.junit.jupiter.api.Test;

class NativeMemoryTest {
  private static final long GIB = 1L << 30;

  private final Properties properties = new Properties();

  @Test
  void aSmallMachineGivesAShareOfItsMemory() {
    NativeMemory.bound(properties, 4 * GIB);
    assertEquals(Long.toString(2 * GIB), properties.get(NativeMemory.MAX_BYTES));
    assertEquals(Long.toString(3 * GIB), properties.get(NativeMemory.MAX_PHYSICAL_BYTES));
  }

  @Test
  void aLargeMachineGivesNoMoreThanFourAndEightGib() {
    NativeMemory.bound(properties, 101 * GIB);
    assertEquals(Long.toString(4 * GIB), properties.get(NativeMemory.MAX_BYTES));
    assertEquals(Long.toString(8 * GIB), properties.get(NativeMemory.MAX_PHYSICAL_BYTES));
  }

  @Test
  void whatTheUserHasSetStays() {
    properties.setProperty(NativeMemory.MAX_BYTES, "7g");
    NativeMemory.bound(properties, 4 * GIB);
    assertEquals("7g", properties.get(NativeMemory.MAX_BYTES));
  }
}
