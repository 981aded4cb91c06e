/** What all commands of the benchmarks have in common; it knows none of them. */
package org.diffusion4j.benchmarks.command;
