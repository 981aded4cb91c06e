/** Seeded random numbers; every draw of this project comes from a generator that is passed in. */
package org.diffusion4j.core.random;
