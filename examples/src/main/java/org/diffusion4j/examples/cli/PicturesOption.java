package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.data.ImageDataSet;
import org.diffusion4j.core.files.FileLookup;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.train.TrainingPictures;
import org.diffusion4j.examples.data.FashionMnist;
import org.diffusion4j.examples.model.FashionModels;
import picocli.CommandLine.Option;

/** The options that say which captioned pictures a model is trained further on. */
final class PicturesOption {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = {
        "Folder of PNG or JPEG pictures with captions: metadata.jsonl (file_name, text),"
            + " metadata.csv, captions.jsonl, captions.txt, or a .txt file beside each picture;"
            + " or of the four Fashion-MNIST files. Without it, lora takes the small set in the jar."
      })
  Optional<Path> folder;

  @Option(
      names = "--resolution",
      paramLabel = "PIXELS",
      description =
          "Height and width that pictures are scaled and cut to; those that the model was trained"
              + " at if not given.")
  Optional<Integer> resolution;

  /**
   * Reads the pictures.
   *
   * @throws InvalidFileException if the folder or a file of it is missing or damaged
   */
  ImageDataSet read(ModelFolder model) throws IOException {
    if (folder.isEmpty()) {
      return FashionMnist.embedded().train().padded(FashionModels.IMAGE_SIZE);
    }
    Path found = folder.get();
    if (!FileLookup.isFolder(found)) {
      throw new InvalidFileException(found, "there is no such folder");
    }
    return FashionMnist.isIn(found)
        ? FashionMnist.fromFolder(found).train().padded(FashionModels.IMAGE_SIZE)
        : TrainingPictures.read(
            found, model, resolution.map(OptionalInt::of).orElse(OptionalInt.empty()));
  }
}
