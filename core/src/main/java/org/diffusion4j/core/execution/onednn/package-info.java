/**
 * Compiled execution on oneDNN: what turns kernels into primitives that run one after the other.
 *
 * <p>{@link org.diffusion4j.core.execution.onednn.OneDnnExecutor} is the way in. A {@code
 * GraphCompiler} has the layers of a graph joined to kernels ({@link
 * org.diffusion4j.core.execution.kernel}) and lowers each by the {@code Lowering} of its root's
 * kind, forward and, for gradients, layer by layer in reverse; {@code OneDnnKernels} says what a
 * lowering here can take. A {@code PrimitivePlan} collects the primitives as steps of a plan
 * ({@link org.diffusion4j.core.execution.plan}), which has the memory.
 */
package org.diffusion4j.core.execution.onednn;
