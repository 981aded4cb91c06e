/**
 * Compiled execution on oneDNN: what turns a graph's list of layers into primitives that run one
 * after the other.
 *
 * <p>{@link org.diffusion4j.core.execution.onednn.OneDnnExecutor} is the way in. A {@code
 * GraphCompiler} lowers each layer by the {@code Lowering} of its kind, forward and, for gradients,
 * in reverse; {@code Fusions} says which layers are computed together; a {@code PlanBuilder}
 * collects the steps and places their memory in an {@code Arena}; a {@code Plan} runs them.
 */
package org.diffusion4j.core.execution.onednn;
