package org.diffusion4j.examples.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.diffusion4j.core.data.ImageDataSet;
import org.diffusion4j.core.image.PixelImage;
import org.diffusion4j.examples.data.FashionMnist;

/** A folder with the four files of Fashion-MNIST, cut from the embedded pictures. */
final class IdxFolder {
  static final int TRAINED = 7;

  /** The fewest that a data folder may hold out. */
  private static final int HELD_OUT = 2000;

  private IdxFolder() {}

  static void write(Path folder) throws IOException {
    FashionMnist embedded = FashionMnist.embedded();
    write(folder, "train", embedded.train().slice(0, TRAINED));
    write(folder, "t10k", embedded.heldOut().slice(0, HELD_OUT));
  }

  private static void write(Path folder, String name, ImageDataSet set) throws IOException {
    int size = set.size();
    ByteBuffer images = ByteBuffer.allocate(16 + size * set.height() * set.width());
    images.putInt(0x803).putInt(size).putInt(set.height()).putInt(set.width());
    ByteBuffer labels = ByteBuffer.allocate(8 + size).putInt(0x801).putInt(size);
    for (int i = 0; i < size; i++) {
      images.put(PixelImage.of(set.images(i)).values());
      labels.put((byte) set.label(i));
    }
    Files.write(folder.resolve(name + "-images-idx3-ubyte"), images.array());
    Files.write(folder.resolve(name + "-labels-idx1-ubyte"), labels.array());
  }

  /** Cuts the last byte off the pictures to train on. */
  static void truncate(Path folder) throws IOException {
    Path file = folder.resolve("train-images-idx3-ubyte");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
  }
}
