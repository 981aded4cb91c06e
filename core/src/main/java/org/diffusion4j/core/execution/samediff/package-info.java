/** Graphs run by SameDiff: the reference, on every backend of ND4J. */
package org.diffusion4j.core.execution.samediff;
