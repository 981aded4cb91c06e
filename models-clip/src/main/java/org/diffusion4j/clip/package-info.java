/** CLIP (Radford et al. 2021): the tokenizer and the models that embed texts and images. */
package org.diffusion4j.clip;
