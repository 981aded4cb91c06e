package org.diffusion4j.core.config;

import java.util.Map;

/**
 * A config whose files may have further fields, each with one value alone.
 *
 * <p>They are options of the reference implementation that are not offered here: a file that uses
 * one is refused by its name, where a file that leaves it as it is can be read.
 */
public interface FixedFields {
  /** The value of each, by its name in the file; an empty optional stands for null. */
  Map<String, Object> fixedFields();
}
