package org.diffusion4j.core.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.diffusion4j.core.files.ResourceFolder;

/** Verifies the golden data of one kind, which lie in folders of one name. */
public interface Verifier {

  /** The name of the folders, such as {@code ops}. */
  String folder();

  /**
   * Every case of a folder, those included that this version will skip. Nothing is computed yet.
   *
   * @param folder a folder of this kind
   * @throws org.diffusion4j.core.InvalidFileException if a golden file is malformed
   * @throws IOException if the folder cannot be read
   */
  List<VerifiableCase> cases(Path folder) throws IOException;

  /**
   * The golden data of this kind that ship, as a folder: the resources {@code golden/<folder>}
   * beside the class of the verifier.
   *
   * @throws IOException if they cannot be unpacked
   */
  default Path shipped() throws IOException {
    return ResourceFolder.unpack(getClass(), "golden/" + folder());
  }
}
