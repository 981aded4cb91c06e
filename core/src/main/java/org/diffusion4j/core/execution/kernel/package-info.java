/**
 * Kernels: which layers of a graph are computed together.
 *
 * <p>{@link org.diffusion4j.core.execution.kernel.KernelPass} turns a graph's list of layers into
 * {@link org.diffusion4j.core.execution.kernel.Kernel}s by small rules, each a class of its own.
 * What an engine can compute together, the rules ask through {@link
 * org.diffusion4j.core.execution.kernel.KernelSupport}; nothing here knows an engine. A lowering
 * takes a kernel apart by {@link org.diffusion4j.core.execution.kernel.KernelParts}, which notices
 * what it leaves out.
 */
package org.diffusion4j.core.execution.kernel;
