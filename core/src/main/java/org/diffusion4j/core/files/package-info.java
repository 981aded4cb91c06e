/**
 * The writing of files that appear whole or not at all, folders for one owner at a time, the
 * reading of texts and of JSON, and the names by which files name others.
 *
 * <p>Nothing here knows of arrays or models.
 */
package org.diffusion4j.core.files;
