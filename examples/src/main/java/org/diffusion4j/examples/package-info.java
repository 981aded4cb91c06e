/**
 * The entry point of the {@code diffusion4j} command line.
 *
 * <p>Commands are in {@code cli}; what they run is in {@code data}, {@code model}, {@code train}
 * and {@code evaluate}.
 */
package org.diffusion4j.examples;
