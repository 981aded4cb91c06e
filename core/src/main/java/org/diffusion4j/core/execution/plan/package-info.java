/**
 * Plans: steps that run one after the other, and where in memory the tensors are that they read and
 * write.
 *
 * <p>A {@link org.diffusion4j.core.execution.plan.PlanBuilder} collects the steps of an engine; an
 * {@code Arena} gives each {@link org.diffusion4j.core.execution.plan.Storage} its bytes for as
 * long as it is needed. Nothing here knows what a step does, nor on what device.
 */
package org.diffusion4j.core.execution.plan;
