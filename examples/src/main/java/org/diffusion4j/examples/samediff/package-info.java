/** The framework's models in ND4J's own hands. */
package org.diffusion4j.examples.samediff;
