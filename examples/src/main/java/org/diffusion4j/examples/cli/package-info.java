/**
 * The commands of the command line: options, messages and exit codes.
 *
 * <p>Nothing here computes: a command reads its options and calls the framework.
 */
package org.diffusion4j.examples.cli;
