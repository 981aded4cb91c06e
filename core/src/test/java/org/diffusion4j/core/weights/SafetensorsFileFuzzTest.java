package org.diffusion4j.core.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.diffusion4j.core.testing.ByteMutation;
import org.diffusion4j.core.testing.HostileFiles;
import org.diffusion4j.core.testing.Mutation;
import org.diffusion4j.core.testing.SafetensorsMutation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class SafetensorsFileFuzzTest {
  /** What a call takes for the smallest file, with the buffers of the parser. */
  private static final long CONSTANT_BYTES = 1 << 18;

  /** An array of ND4J for every empty tensor, which the header names in some forty bytes. */
  private static final long BYTES_PER_BYTE = 256;

  private static final String FLOATS =
      """
      {"__metadata__":{"format":"pt","note":"é"},
       "a.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},
       "a.bias":{"dtype":"F16","shape":[5],"data_offsets":[24,34]},
       "b":{"dtype":"BF16","shape":[1,7,1],"data_offsets":[34,48]},
       "c":{"dtype":"I64","shape":[],"data_offsets":[48,56]},
       "d":{"dtype":"F32","shape":[3,0,2],"data_offsets":[56,56]},
       "e":{"dtype":"F32","shape":[],"data_offsets":[56,60]}}
      """;

  private static final String OTHERS =
      """
      {"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},
       "b":{"dtype":"I64","shape":[2],"data_offsets":[8,24]},
       "c":{"dtype":"BOOL","shape":[5],"data_offsets":[3,8]},
       "d":{"dtype":"F64","shape":[1,1],"data_offsets":[24,32]},
       "e":{"dtype":"I64","shape":[0],"data_offsets":[32,32]}}
      """;

  @TempDir Path folder;

  @Test
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
  void hostileFilesAreReadOrRefused() throws Exception {
    new HostileFiles(
            folder.resolve("x.safetensors"),
            List.of(file(FLOATS, 60), file(OTHERS, 32), file("{}", 0)),
            Mutation.anyOf(new ByteMutation(), new SafetensorsMutation()),
            bytes -> CONSTANT_BYTES + BYTES_PER_BYTE * bytes.length)
        .assertReadsOrRefuses(SafetensorsFileFuzzTest::readAll);
  }

  private static void readAll(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      for (String name : file.names()) {
        DType dtype = file.info(name).dtype();
        if (List.of(DType.F32, DType.F16, DType.BF16, DType.I64).contains(dtype)) {
          file.read(name).close();
        }
      }
    }
  }

  private static byte[] file(String header, int dataBytes) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return file(json, new byte[dataBytes]);
  }

  private static byte[] file(byte[] header, byte[] data) {
    return ByteBuffer.allocate(Long.BYTES + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(data)
        .array();
  }
}
