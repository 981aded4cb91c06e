/** Configurations of models and samplers as the ecosystem's JSON files. */
package org.diffusion4j.core.config;
