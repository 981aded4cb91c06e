/**
 * The rules that arguments keep, and one wording for all who break one.
 *
 * <p>Rules of plain numbers only, at the bottom of the framework: nothing here knows tensors, files
 * or any other package of the project.
 */
package org.diffusion4j.core.check;
