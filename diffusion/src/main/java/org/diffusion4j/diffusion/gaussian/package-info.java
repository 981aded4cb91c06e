/** Samplers on normal data, for which the perfect model and the exact answer are known. */
package org.diffusion4j.diffusion.gaussian;
