/**
 * Training of the three models of the examples, one a file: the data, the loss, the inputs of each
 * step.
 */
package org.diffusion4j.examples.train;
