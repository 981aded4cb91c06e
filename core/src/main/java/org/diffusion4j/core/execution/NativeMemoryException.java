package org.diffusion4j.core.execution;

/** Memory outside the Java heap that the system did not give. */
public final class NativeMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * An allocation that failed.
   *
   * @param what the memory is for, such as {@code 4096 bytes for a graph}
   */
  public NativeMemoryException(String what) {
    super(
        "no memory outside the Java heap for "
            + what
            + ": take smaller batches or pictures, or fewer at a time; a smaller -Xmx leaves more");
  }
}
