/** What diffusion models are trained on: noised images and the targets of the network. */
package org.diffusion4j.diffusion.loss;
