package org.diffusion4j.diffusion.train;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.diffusion4j.core.files.AtomicFiles;
import org.diffusion4j.core.files.FileLookup;
import org.diffusion4j.diffusion.pipeline.ModelFolder;
import org.diffusion4j.diffusion.pipeline.ModelFolder.Part;

/** What a trained U-Net shares with the model that it comes from, copied bit for bit. */
final class ModelCopy {
  private static final String INDEX = "model_index.json";
  private static final String CONFIG = "config.json";

  /** The folders of a model without an index. */
  private static final Set<String> FOLDERS =
      Set.of("vae", "text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2", "scheduler");

  private ModelCopy() {}

  /**
   * Copies every file of the parts that the index names, but for those of the U-Net, of which the
   * configuration alone is copied; then the index. Links are followed, folders within the parts'
   * folders are passed over.
   */
  static void copyAround(ModelFolder from, Path to) throws IOException {
    Set<String> folders = from.index().map(index -> index.components().keySet()).orElse(FOLDERS);
    for (String name : folders) {
      Path folder = from.root().resolve(name);
      if (!name.equals(Part.UNET.folder()) && FileLookup.isFolder(folder)) {
        AtomicFiles.sweep(to.resolve(name));
        for (Path file : files(folder)) {
          copy(file, to.resolve(name).resolve(file.getFileName()));
        }
      }
    }
    copy(from.folder(Part.UNET).resolve(CONFIG), to.resolve(Part.UNET.folder()).resolve(CONFIG));
    Path index = from.root().resolve(INDEX);
    if (FileLookup.fileExists(index)) {
      copy(index, to.resolve(INDEX));
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(FileLookup::isFile).sorted().toList();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try (InputStream source = Files.newInputStream(from)) {
      AtomicFiles.write(to, channel -> source.transferTo(Channels.newOutputStream(channel)));
    }
  }
}
