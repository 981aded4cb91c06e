/** ONNX Runtime as a peer: it runs a network that is written as a model of ONNX. */
package org.diffusion4j.benchmarks.onnx;
