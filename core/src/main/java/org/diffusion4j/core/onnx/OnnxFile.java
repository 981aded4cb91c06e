package org.diffusion4j.core.onnx;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import org.diffusion4j.core.files.AtomicFiles;
import org.diffusion4j.core.files.FileLookup;
import org.nd4j.shade.protobuf.CodedOutputStream;

/**
 * Writes a model, and its weights one after the other: in the model's file, or where that would be
 * too large in a file of data beside it.
 *
 * @param model all but the weights
 * @param weights what its graph gets besides
 * @param maxModelSize the bytes that the model's file may have with the weights in it
 * @param progress is told of each weight
 */
record OnnxFile(
    ModelProto model, List<OnnxWeight> weights, long maxModelSize, OnnxExport.Progress progress) {
  private static final String DATA_ENDING = ".data";

  /** Runtimes map tensors into memory, by whole pages. */
  private static final long ALIGNMENT = 4096;

  /** What is written at once. */
  private static final int CHUNK_BYTES = 1 << 20;

  /** The wire type of bytes and messages in protobuf. */
  private static final int LENGTH_DELIMITED = 2;

  void write(Path file) {
    Path data = file.resolveSibling(file.getFileName() + DATA_ENDING);
    try {
      if (size() <= maxModelSize) {
        boolean replaced = FileLookup.exists(file);
        AtomicFiles.write(file, this::writeWhole);
        if (replaced) {
          Files.deleteIfExists(data);
        }
      } else {
        writeWithData(file, data);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** Of one file with all weights in it. */
  private long size() {
    return head().getSerializedSize() + sizeOf(ModelProto.GRAPH_FIELD_NUMBER, graphSize());
  }

  private ModelProto head() {
    return model.toBuilder().clearGraph().build();
  }

  private long graphSize() {
    long size = model.getGraph().getSerializedSize();
    for (OnnxWeight weight : weights) {
      size += sizeOf(GraphProto.INITIALIZER_FIELD_NUMBER, tensorSize(weight));
    }
    return size;
  }

  private static long tensorSize(OnnxWeight weight) {
    return weight.header().build().getSerializedSize()
        + sizeOf(TensorProto.RAW_DATA_FIELD_NUMBER, weight.bytes());
  }

  private static long sizeOf(int field, long length) {
    return CodedOutputStream.computeTagSize(field)
        + CodedOutputStream.computeUInt64SizeNoTag(length)
        + length;
  }

  /** Protobuf joins what stands in a message by parts: the graph goes on with its weights. */
  private void writeWhole(FileChannel channel) throws IOException {
    OutputStream out = Channels.newOutputStream(channel);
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    head().writeTo(coded);
    begin(coded, ModelProto.GRAPH_FIELD_NUMBER, graphSize());
    model.getGraph().writeTo(coded);
    ByteBuffer chunk = newChunk();
    for (int i = 0; i < weights.size(); i++) {
      OnnxWeight weight = weights.get(i);
      begin(coded, GraphProto.INITIALIZER_FIELD_NUMBER, tensorSize(weight));
      weight.header().build().writeTo(coded);
      begin(coded, TensorProto.RAW_DATA_FIELD_NUMBER, weight.bytes());
      coded.flush();
      writeValues(channel, weight, chunk);
      progress.wrote(i + 1, weights.size());
    }
    coded.flush();
  }

  private static void begin(CodedOutputStream coded, int field, long length) throws IOException {
    coded.writeTag(field, LENGTH_DELIMITED);
    coded.writeUInt64NoTag(length);
  }

  /** The model that was there goes before its data do, so that none ever has those of another. */
  private void writeWithData(Path file, Path data) throws IOException {
    AtomicFiles.write(
        file,
        channel -> {
          ByteBuffer bytes =
              ByteBuffer.wrap(withLocations(data.getFileName().toString()).toByteArray());
          writeFully(channel, bytes);
          AtomicFiles.write(
              data,
              dataChannel -> {
                writeData(dataChannel);
                dataChannel.force(true);
                Files.deleteIfExists(file);
              });
        });
  }

  private ModelProto withLocations(String dataName) {
    List<TensorProto> located = new ArrayList<>();
    long offset = 0;
    for (OnnxWeight weight : weights) {
      located.add(
          weight
              .header()
              .setDataLocation(TensorProto.DataLocation.EXTERNAL)
              .addExternalData(entry("location", dataName))
              .addExternalData(entry("offset", String.valueOf(offset)))
              .addExternalData(entry("length", String.valueOf(weight.bytes())))
              .build());
      offset = aligned(offset + weight.bytes());
    }
    ModelProto.Builder builder = model.toBuilder();
    builder.getGraphBuilder().addAllInitializer(located);
    return builder.build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private void writeData(FileChannel channel) throws IOException {
    ByteBuffer chunk = newChunk();
    for (int i = 0; i < weights.size(); i++) {
      channel.position(aligned(channel.position()));
      writeValues(channel, weights.get(i), chunk);
      progress.wrote(i + 1, weights.size());
    }
  }

  private static long aligned(long offset) {
    return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private static ByteBuffer newChunk() {
    return ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void writeValues(FileChannel channel, OnnxWeight weight, ByteBuffer chunk)
      throws IOException {
    FloatBuffer values = FloatBuffer.wrap(weight.values().get());
    if ((long) values.remaining() * Float.BYTES != weight.bytes()) {
      throw new IllegalStateException(
          "values (=" + values.remaining() + ") must be as many as " + weight.shape());
    }
    int end = values.limit();
    while (values.position() < end) {
      int count = Math.min(chunk.capacity() / Float.BYTES, end - values.position());
      values.limit(values.position() + count);
      chunk.clear().limit(count * Float.BYTES);
      chunk.asFloatBuffer().put(values);
      values.limit(end);
      writeFully(channel, chunk);
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
