/** How good a trained model is, measured on pictures that no model has been trained on. */
package org.diffusion4j.examples.evaluate;
