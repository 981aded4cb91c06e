/**
 * What every package of the core may need: the exception for bad files.
 *
 * <p>Nothing here knows of arrays, graphs or models.
 */
package org.diffusion4j.core;
