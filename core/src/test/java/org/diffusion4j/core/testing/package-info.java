/** What the tests of every module share: reference data and comparisons of tensors. */
package org.diffusion4j.core.testing;
