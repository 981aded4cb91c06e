package org.diffusion4j.core.execution.onednn;

/**
 * One thing that a plan does.
 *
 * @param label what it is for, in a profile
 * @param work does it
 */
record Step(String label, Runnable work) {}
