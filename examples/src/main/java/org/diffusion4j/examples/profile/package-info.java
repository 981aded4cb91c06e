/** Where the time goes that a part of a model takes. */
package org.diffusion4j.examples.profile;
