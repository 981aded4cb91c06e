/**
 * Graphs as ONNX models.
 *
 * <p>{@link org.diffusion4j.core.onnx.OnnxExport} writes a graph's layers with their weights; the
 * other classes say how each kind of layer is put into ONNX's operators, in the form that ONNX
 * Runtime runs fastest on a CPU.
 */
package org.diffusion4j.core.onnx;
