/**
 * The writing of files that appear whole or not at all, folders for one owner at a time, and the
 * reading of texts.
 *
 * <p>Nothing here knows of formats, arrays or models.
 */
package org.diffusion4j.core.files;
