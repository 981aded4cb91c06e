package org.diffusion4j.core.execution.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentionTest {
  @TempDir Path folder;

  @Test
  void aMachinesThreadsBeyondItsProcessorsWait() throws IOException {
    Path load = folder.resolve("loadavg");
    Contention contention = Contention.ofMachine(load, 3);
    Files.writeString(load, "0.20 0.18 0.12 7/80 11206\n");
    // Seven run or want to; one of them is the one that looks.
    assertEquals(3, contention.waiting());
    Files.writeString(load, "0.20 0.18 0.12 1/80 11206\n");
    assertEquals(-3, contention.waiting());
  }

  @Test
  void aControlGroupsThreadsWaitForAShareOfTheTime() throws IOException {
    Path pressure = folder.resolve("cpu.pressure");
    AtomicLong nanos = new AtomicLong(5_000_000);
    Contention contention = Contention.ofControlGroup(pressure, nanos::get);
    write(pressure, 900);
    assertEquals(0, contention.waiting());
    nanos.addAndGet(20_000_000);
    write(pressure, 900 + 13_000);
    // 13 of 20 milliseconds.
    assertEquals(0.65, contention.waiting(), 1e-12);
    nanos.addAndGet(20_000_000);
    assertEquals(0, contention.waiting());
  }

  @Test
  void whatIsNoNumberIsAnError() throws IOException {
    Path load = folder.resolve("loadavg");
    Files.writeString(load, "none");
    Contention contention = Contention.ofMachine(load, 3);
    assertThrows(IOException.class, contention::waiting);
  }

  private static void write(Path file, long micros) throws IOException {
    Files.writeString(
        file,
        "some avg10=0.09 avg60=0.06 avg300=3.36 total="
            + micros
            + "\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n");
  }
}
