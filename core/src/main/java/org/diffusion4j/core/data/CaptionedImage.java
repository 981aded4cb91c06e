package org.diffusion4j.core.data;

import java.util.List;

/**
 * A picture's file and its captions.
 *
 * @param fileName relative to the folder of the data set, with {@code /} between folders
 */
record CaptionedImage(String fileName, List<String> captions) {
  CaptionedImage {
    captions = List.copyOf(captions);
  }
}
