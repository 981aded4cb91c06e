package org.diffusion4j.examples.data;

import java.nio.file.Path;
import java.util.List;
import org.diffusion4j.core.image.ColorMode;
import org.diffusion4j.core.image.ImageFiles;
import org.diffusion4j.core.image.Resize;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Pictures of one's own, brought to the size and the gray of the data set. */
public final class PictureFiles {
  private PictureFiles() {}

  /**
   * Reads pictures; of each the middle square.
   *
   * @param side height and width in pixels
   * @return {@code [n, 1, side, side]} in [-1,1]
   * @throws org.diffusion4j.core.InvalidFileException if a file is missing, damaged or no picture
   */
  public static INDArray read(List<Path> files, int side) {
    return Nd4j.concat(
        0,
        files.stream()
            .map(file -> Resize.cover(ImageFiles.readPixels(file, ColorMode.GRAY), side, side))
            .map(picture -> picture.toArray())
            .toArray(INDArray[]::new));
  }
}
