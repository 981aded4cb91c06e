/** Which executor runs a graph. */
package org.diffusion4j.core.execution.choice;
