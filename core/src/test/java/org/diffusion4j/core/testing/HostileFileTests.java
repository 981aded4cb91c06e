package org.diffusion4j.core.testing;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** The tests of a reader by hostile files: some in every build, many where there is time. */
public interface HostileFileTests {
  /** The files, and what they may cost. */
  HostileFiles hostileFiles() throws Exception;

  /** Reads all of a file. */
  void read(Path file) throws Exception;

  @Test
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
  default void someHostileFilesAreReadOrRefused() throws Exception {
    hostileFiles().assertReadsOrRefuses(HostileFiles.SOME, this::read);
  }

  @Test
  @Tag("slow")
  @Timeout(value = 1800, threadMode = ThreadMode.SEPARATE_THREAD)
  default void manyHostileFilesAreReadOrRefused() throws Exception {
    hostileFiles().assertReadsOrRefuses(HostileFiles.MANY, this::read);
  }
}
