/**
 * The {@code config.json} of transformers' models; which fields a model has, its config record
 * says.
 */
package org.diffusion4j.clip.config;
