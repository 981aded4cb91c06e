package org.diffusion4j.benchmarks.torch;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/** PyTorch's own libraries, as they lie in its jar. */
public final class TorchLibraries {
  private static final List<String> NAMES =
      List.of("libgomp.so.1", "libc10.so", "libtorch_cpu.so", "libtorch.so");

  private TorchLibraries() {}

  /**
   * Unpacks them side by side, where JavaCPP looks for them, and loads none.
   *
   * <p>JavaCPP unpacks one after the other as it loads them. What the first needs of the later ones
   * comes from the system then, if a PyTorch is installed there, of whatever version.
   *
   * @throws UnsatisfiedLinkError if there are none for this platform
   */
  public static Path folder() {
    String platform = Loader.getPlatform();
    try {
      Path folder = null;
      for (String name : NAMES) {
        URL library = torch.class.getResource("/org/bytedeco/pytorch/" + platform + "/" + name);
        if (library == null) {
          throw new UnsatisfiedLinkError("PyTorch has no " + name + " for " + platform);
        }
        File unpacked = Loader.cacheResource(library);
        folder = unpacked.toPath().getParent();
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
