/**
 * What model folders and weight files hold, told from configs and headers; no weights are read.
 *
 * <p>Nothing here knows of a certain model.
 */
package org.diffusion4j.examples.inspect;
