package org.diffusion4j.core.execution.plan;

/**
 * One thing that a plan does.
 *
 * @param label what it is for, in a profile
 * @param work does it
 */
public record Step(String label, Runnable work) {}
