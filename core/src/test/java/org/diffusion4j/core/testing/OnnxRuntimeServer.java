package org.diffusion4j.core.testing;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The process that runs ONNX Runtime, and answers questions on its standard streams. */
final class OnnxRuntimeServer {
  static final byte LOAD = 1;
  static final byte INPUTS = 2;
  static final byte OUTPUTS = 3;
  static final byte RUN = 4;
  static final byte CLOSE = 5;

  /** Begins an answer. */
  static final byte DONE = 1;

  /** Begins a sentence of ONNX Runtime's on why it did not. */
  static final byte REFUSED = 2;

  /** Begins the reason why ONNX Runtime's library does not load. */
  static final byte ABSENT = 3;

  private final List<OrtSession> sessions = new ArrayList<>();

  private OnnxRuntimeServer() {}

  /** Answers until its input ends. */
  public static void main(String[] arguments) throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out));
    System.setOut(System.err);
    OnnxRuntimeServer server = new OnnxRuntimeServer();
    while (true) {
      byte question;
      try {
        question = in.readByte();
      } catch (EOFException e) {
        return;
      }
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      try {
        server.answer(question, in, new DataOutputStream(answer));
        out.writeByte(DONE);
        answer.writeTo(out);
      } catch (OrtException e) {
        out.writeByte(REFUSED);
        out.writeUTF(String.valueOf(e.getMessage()));
      } catch (LinkageError e) {
        out.writeByte(ABSENT);
        out.writeUTF(e.toString());
      }
      out.flush();
    }
  }

  private void answer(byte question, DataInputStream in, DataOutputStream out)
      throws IOException, OrtException {
    switch (question) {
      case LOAD -> out.writeInt(load(in.readUTF()));
      case INPUTS -> inputs(sessions.get(in.readInt()), out);
      case OUTPUTS -> outputs(sessions.get(in.readInt()), out);
      case RUN -> run(sessions.get(in.readInt()), in, out);
      case CLOSE -> sessions.get(in.readInt()).close();
      default -> throw new IllegalArgumentException("question (=" + question + ") is unknown");
    }
  }

  private int load(String model) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      sessions.add(OrtEnvironment.getEnvironment().createSession(model, options));
    }
    return sessions.size() - 1;
  }

  private static void inputs(OrtSession session, DataOutputStream out)
      throws IOException, OrtException {
    out.writeInt(session.getInputInfo().size());
    for (NodeInfo input : session.getInputInfo().values()) {
      out.writeUTF(input.getName());
      OnnxArray.writeShape(shape((TensorInfo) input.getInfo()), out);
    }
  }

  private static void outputs(OrtSession session, DataOutputStream out) throws IOException {
    out.writeInt(session.getOutputNames().size());
    for (String name : session.getOutputNames()) {
      out.writeUTF(name);
    }
  }

  private static void run(OrtSession session, DataInputStream in, DataOutputStream out)
      throws IOException, OrtException {
    Map<String, OnnxArray> inputs = new LinkedHashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      inputs.put(in.readUTF(), OnnxArray.read(in));
    }
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, OnnxArray> input : inputs.entrySet()) {
        tensors.put(input.getKey(), tensor(input.getValue()));
      }
      try (OrtSession.Result result = session.run(tensors)) {
        out.writeInt(session.getOutputNames().size());
        for (String name : session.getOutputNames()) {
          out.writeUTF(name);
          array((OnnxTensor) result.get(name).orElseThrow()).write(out);
        }
      }
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  private static OnnxTensor tensor(OnnxArray array) throws OrtException {
    OnnxJavaType type = array.ids() ? OnnxJavaType.INT64 : OnnxJavaType.FLOAT;
    return OnnxTensor.createTensor(
        OrtEnvironment.getEnvironment(), array.values(), array.sizes(), type);
  }

  private static OnnxArray array(OnnxTensor tensor) {
    ByteBuffer values = tensor.getByteBuffer().order(ByteOrder.nativeOrder());
    boolean ids = tensor.getInfo().type == OnnxJavaType.INT64;
    return new OnnxArray(ids, shape(tensor.getInfo()), values);
  }

  private static List<Long> shape(TensorInfo info) {
    return Arrays.stream(info.getShape()).boxed().toList();
  }
}
