package org.diffusion4j.benchmarks.compare;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Versions of libraries. */
final class Libraries {
  private Libraries() {}

  /** ND4J's, as its jar has it. */
  static String nd4j() {
    String name = "/META-INF/maven/org.nd4j/nd4j-api/pom.properties";
    try (InputStream stream = INDArray.class.getResourceAsStream(name)) {
      Properties properties = new Properties();
      properties.load(stream);
      return "ND4J " + properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** oneDNN's own. */
  static String oneDnn() {
    dnnl_version_t version = dnnl.dnnl_version();
    return "oneDNN " + version.major() + "." + version.minor() + "." + version.patch();
  }
}
