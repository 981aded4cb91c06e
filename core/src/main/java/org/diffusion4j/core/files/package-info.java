/** Files that appear whole or not at all. */
package org.diffusion4j.core.files;
