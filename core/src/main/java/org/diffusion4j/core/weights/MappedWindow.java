package org.diffusion4j.core.weights;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;

/**
 * Parts of files, mapped into memory until they are given back.
 *
 * <p>Java 17 leaves the end of a mapping to the garbage collector, which does not see how much
 * memory it holds; the only way to end one is that of {@code jdk.unsupported}. Without it nothing
 * is mapped.
 */
final class MappedWindow {
  private static final Optional<MethodHandle> INVOKE_CLEANER = invokeCleaner();

  private MappedWindow() {}

  /** A part of a file, or nothing if the system cannot map it or the file ends before it does. */
  static Optional<MappedByteBuffer> map(FileChannel channel, long position, int length) {
    if (INVOKE_CLEANER.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(channel.map(FileChannel.MapMode.READ_ONLY, position, length));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Ends a mapping, which nothing may touch any more: that would end the process.
   *
   * <p>Not for a thread that has touched mapped memory: if the error of a fault came up in here,
   * the virtual machine would exit.
   */
  static void unmap(MappedByteBuffer window) {
    try {
      INVOKE_CLEANER.orElseThrow().invokeExact((ByteBuffer) window);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static Optional<MethodHandle> invokeCleaner() {
    try {
      Class<?> unsafe = Class.forName("sun.misc.Unsafe");
      Field instance = unsafe.getDeclaredField("theUnsafe");
      instance.setAccessible(true);
      MethodType type = MethodType.methodType(void.class, ByteBuffer.class);
      return Optional.of(
          MethodHandles.lookup()
              .findVirtual(unsafe, "invokeCleaner", type)
              .bindTo(instance.get(null)));
    } catch (ReflectiveOperationException | RuntimeException e) {
      return Optional.empty();
    }
  }
}
