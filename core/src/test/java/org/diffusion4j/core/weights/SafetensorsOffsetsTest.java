package org.diffusion4j.core.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tensors that overlap, leave gaps, or reach over the end of the file. */
class SafetensorsOffsetsTest {
  @TempDir Path folder;

  static Stream<Arguments> badOffsets() {
    return Stream.of(
        Arguments.of(
            RawSafetensors.tensor("F32", "[3]", "[0,8]"),
            "tensor x: data_offsets (=[0, 8]) must span the bytes of F32 [3]"),
        Arguments.of(
            RawSafetensors.tensor("F32", "[2]", "[8,0]"),
            "tensor x: data_offsets (=[8, 0]) must be 0 or more and ascending"),
        Arguments.of(
            RawSafetensors.tensor("F32", "[2]", "[0,4,8]"),
            "tensor x: data_offsets (=[0, 4, 8]) must be two"),
        Arguments.of(
            RawSafetensors.tensor("F32", "[2]", "[-8,0]"),
            "tensor x: data_offsets must be a list of integers, 0 or more and below 2^63"),
        Arguments.of(
            RawSafetensors.tensor("F32", "[2]", "[4,12]"),
            "tensor x begins at 4, but must begin where the one before it ends (=0)"),
        Arguments.of(
            RawSafetensors.tensor("F32", "[1]", "[0,4]"),
            "tensors take 4 bytes, but the file holds 8"),
        Arguments.of(
            RawSafetensors.tensor("F32", "[3]", "[0,12]"),
            "tensors take 12 bytes, but the file holds 8"),
        Arguments.of(
            "{\"y\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]},"
                + RawSafetensors.X
                + "}",
            "tensor y begins at 4, but must begin where the one before it ends (=8)"),
        Arguments.of("{}", "tensors take 0 bytes, but the file holds 8"),
        Arguments.of(
            RawSafetensors.tensor("F32", "[1]", "[0,4]", "F32", "[1]", "[5,9]"),
            "tensor y begins at 5, but must begin where the one before it ends (=4)"),
        Arguments.of(
            RawSafetensors.tensor("F32", "[2]", "[0,8]", "F32", "[2]", "[0,8]"),
            "tensor y begins at 0, but must begin where the one before it ends (=8)"),
        Arguments.of(
            RawSafetensors.tensor("F32", "[0]", "[12,12]"),
            "tensor x begins at 12, but must begin where the one before it ends (=0)"),
        Arguments.of(
            RawSafetensors.tensor("U8", "[9223372036854775807]", "[0,9223372036854775807]"),
            "tensors take 9223372036854775807 bytes, but the file holds 8"),
        Arguments.of(
            RawSafetensors.tensor("F32", "[2]", "[9223372036854775800,9223372036854775808]"),
            "tensor x: data_offsets must be a list of integers, 0 or more and below 2^63"));
  }

  @ParameterizedTest
  @MethodSource("badOffsets")
  void refusesBadOffsets(String header, String problem) throws IOException {
    RawSafetensors.assertRefused(folder, RawSafetensors.bytes(header, new byte[8]), problem);
  }
}
