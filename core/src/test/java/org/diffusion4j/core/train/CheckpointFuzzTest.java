package org.diffusion4j.core.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.testing.ByteMutation;
import org.diffusion4j.core.testing.HostileFileTests;
import org.diffusion4j.core.testing.HostileFiles;
import org.diffusion4j.core.testing.Mutation;
import org.diffusion4j.core.testing.SafetensorsMutation;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;

class CheckpointFuzzTest implements HostileFileTests {
  /** The buffers of the parser and of the checksum. */
  private static final long CONSTANT_BYTES = 8 << 20;

  private static final long BYTES_PER_BYTE = 256;

  @TempDir Path folder;

  @Override
  public HostileFiles hostileFiles() throws IOException {
    Path file = folder.resolve("written");
    checkpoint(file).write(new Progress(7, 2.5));
    byte[] early = Files.readAllBytes(file);
    checkpoint(file).write(new Progress(123_456_789, 1e6));
    return new HostileFiles(
        folder.resolve("checkpoint.safetensors"),
        List.of(early, Files.readAllBytes(file)),
        Mutation.anyOf(new ByteMutation(), new SafetensorsMutation()),
        bytes -> CONSTANT_BYTES + BYTES_PER_BYTE * bytes.length);
  }

  /** That of another training is refused by an exception of its own. */
  @Override
  public void read(Path file) {
    try {
      checkpoint(file).read();
    } catch (IllegalArgumentException e) {
      throw new InvalidFileException(file, e.getMessage(), e);
    }
  }

  private static Checkpoint checkpoint(Path file) {
    return new Checkpoint(
        file,
        Map.of(
            "a.weight", Nd4j.createFromArray(1f, 2, 3, 5, 7, 11).reshape(2, 3)),
        Map.of("seed", "3", "loss", "mse"),
        Map.of("b", Nd4j.createFromArray(1f, 2, 3)));
  }
}
