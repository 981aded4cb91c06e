package org.diffusion4j.core.execution.onednn;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.Storage;
import org.diffusion4j.core.execution.plan.View;
import org.junit.jupiter.api.Test;

class HostMemoryTest {

  /** Of a larger block, JavaCPP shows the beginning, as if that were all. */
  @Test
  void whatJavaDoesNotSeeTheEndOfIsRefused() {
    long values = 1L << 29;
    View view = View.contiguous(Storage.ofCaller(4 * values), ElementType.F32, 2, values / 2);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> HostMemory.floats(view));
    assertTrue(
        e.getMessage().endsWith("(=2147483648) must be below 2 GiB for this layer"), e::getMessage);
  }
}
