/**
 * Data sets of pictures: datavec record readers, the set that training draws from, and its order.
 *
 * <p>A {@code RecordReader} turns files into records of a picture, a label and captions; {@link
 * org.diffusion4j.core.data.ImageDataSet} holds what one gave. Nothing here knows models or the
 * training loop.
 */
package org.diffusion4j.core.data;
