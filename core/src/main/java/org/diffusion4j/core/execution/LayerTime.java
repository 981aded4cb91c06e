package org.diffusion4j.core.execution;

/**
 * What the layers of one kind took of runs.
 *
 * @param kind the kind, such as {@code Convolution2d}, or {@code backward Convolution2d} for its
 *     gradients
 * @param steps how many steps of a run were theirs
 * @param seconds of one run on average
 */
public record LayerTime(String kind, int steps, double seconds) {}
