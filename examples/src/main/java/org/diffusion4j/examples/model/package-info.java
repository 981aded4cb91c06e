/** The small models of the examples. */
package org.diffusion4j.examples.model;
