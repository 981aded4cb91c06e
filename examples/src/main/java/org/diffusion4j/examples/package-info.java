/** Placeholder. */
package org.diffusion4j.examples;
