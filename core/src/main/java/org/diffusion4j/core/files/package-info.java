/**
 * The writing of files that appear whole or not at all, and the reading of texts.
 *
 * <p>Nothing here knows of formats, arrays or models.
 */
package org.diffusion4j.core.files;
