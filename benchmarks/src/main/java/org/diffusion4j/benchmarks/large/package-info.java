/**
 * The command {@code large-model}: what a U-Net of Stable Diffusion 1.5's size takes in time and
 * memory. Nothing but measuring belongs here.
 */
package org.diffusion4j.benchmarks.large;
