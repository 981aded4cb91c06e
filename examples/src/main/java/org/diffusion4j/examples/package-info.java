/**
 * The entry point of the {@code diffusion4j} command line.
 *
 * <p>Commands are in {@code cli}; what they run is in {@code data}, {@code model} and {@code
 * train}.
 */
package org.diffusion4j.examples;
