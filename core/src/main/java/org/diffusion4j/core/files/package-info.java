/**
 * The writing of files that appear whole or not at all.
 *
 * <p>Nothing here knows of formats, arrays or models, or of any other package of the project.
 */
package org.diffusion4j.core.files;
