/**
 * The data sets of the examples: what ships in the jar, and what a user's folder holds.
 *
 * <p>General readers are in {@link org.diffusion4j.core.data}; here is only what is particular to
 * one data set.
 */
package org.diffusion4j.examples.data;
