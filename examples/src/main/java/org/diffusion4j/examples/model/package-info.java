/** The small models of the examples, and their trained weights that ship with the jar. */
package org.diffusion4j.examples.model;
