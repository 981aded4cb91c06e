package org.diffusion4j.core.execution.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.diffusion4j.core.execution.NativeMemoryException;
import org.junit.jupiter.api.Test;

class NativeScopeTest {

  @Test
  void memoryThatThereIsNotIsNoMatterOfTheJavaHeap() {
    try (NativeScope scope = new NativeScope()) {
      assertEquals(
          "no memory outside the Java heap for 1152921504606846976 bytes of a graph: take smaller"
              + " batches or pictures, or fewer at a time; a smaller -Xmx leaves more",
          assertThrows(NativeMemoryException.class, () -> scope.allocate(1L << 60)).getMessage());
    }
  }
}
