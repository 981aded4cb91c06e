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
 * A part of a file, mapped into memory for as long as it is copied.
 *
 * <p>Java 17 leaves the end of a mapping to the garbage collector, which does not see how much
 * memory it holds; the only way to end one is that of {@code jdk.unsupported}. Without it nothing
 * is mapped.
 */
final class MappedWindow {
  /**
   * A mapping costs two calls of the system and a fault for every few pages: more than copying
   * less.
   */
  static final int MIN_BYTES = 1 << 16;

  private static final Optional<MethodHandle> INVOKE_CLEANER = invokeCleaner();

  private MappedWindow() {}

  /** Copies a part of a file. */
  interface Copier {
    /**
     * Takes all of the window by bulk operations of buffers, and keeps nothing of it: afterwards
     * its memory is gone, and to touch it would end the process.
     */
    void accept(ByteBuffer window);
  }

  /**
   * Lets a part of a file be copied out of its mapping.
   *
   * <p>Where the file ends before the part does, what is copied is undefined, and the thread gets
   * an {@link InternalError} here or at any later time.
   *
   * @return false if the system cannot map it; the copier has then not been called
   */
  static boolean copy(FileChannel channel, long position, int length, Copier copier) {
    if (INVOKE_CLEANER.isEmpty()) {
      return false;
    }
    MappedByteBuffer window;
    try {
      window = channel.map(FileChannel.MapMode.READ_ONLY, position, length);
    } catch (IOException e) {
      return false;
    }
    try {
      copier.accept(window);
    } finally {
      unmap(window);
    }
    return true;
  }

  private static void unmap(MappedByteBuffer window) {
    try {
      INVOKE_CLEANER.get().invokeExact((ByteBuffer) window);
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
