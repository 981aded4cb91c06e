package org.diffusion4j.core.verify;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One case of a golden file; {@code toString} is its name. */
public final class GoldenCase {
  private static final String INPUTS = "inputs";
  private static final String OUTPUTS = "outputs";
  private static final String GRADIENTS = "grads";

  private final GoldenFile file;
  private final String name;
  private final JsonFields fields;

  GoldenCase(GoldenFile file, String name, JsonFields fields) {
    this.file = file;
    this.name = name;
    this.fields = fields;
  }

  /** Where it comes from. */
  public GoldenFile file() {
    return file;
  }

  /** The name, which is also the prefix of the names of its tensors. */
  public String name() {
    return name;
  }

  /** All that the JSON says of it. */
  public JsonFields fields() {
    return fields;
  }

  /** Whether it has a tensor of that name. */
  public boolean has(String tensor) {
    return file.names().contains(fullName(tensor));
  }

  /** Whether a tensor holds whole numbers. */
  public boolean isInteger(String tensor) {
    return file.isInteger(fullName(tensor));
  }

  /** The shape of the tensor {@code <case>/<name>}. */
  public long[] shape(String tensor) {
    return file.shape(fullName(tensor));
  }

  /** The tensor {@code <case>/<name>}. */
  public INDArray tensor(String tensor) {
    return file.tensor(fullName(tensor));
  }

  private String fullName(String tensor) {
    return name + "/" + tensor;
  }

  /** The names of its inputs and parameters in the order of the reference's signature. */
  public List<String> inputs() {
    return fields.object(INPUTS).names();
  }

  /** The names of its outputs. */
  public List<String> outputs() {
    return fields.object(OUTPUTS).names();
  }

  /** The names of its gradients, such as {@code grad_x}. */
  public List<String> gradients() {
    return fields.has(GRADIENTS) ? fields.texts(GRADIENTS) : List.of();
  }

  /**
   * Checks that the tensors of the case are those that the JSON lists, with the shapes that it
   * gives.
   *
   * @param unlisted names of tensors that need not be listed
   * @throws InvalidFileException if not
   */
  public void requireListedTensors(Set<String> unlisted) {
    Set<String> listed = new LinkedHashSet<>(unlisted);
    listed.addAll(gradients());
    for (String kind : List.of(INPUTS, OUTPUTS)) {
      JsonFields shapes = fields.object(kind);
      for (String tensor : shapes.names()) {
        listed.add(tensor);
        long[] shape = shapes.integers(tensor);
        if (!Arrays.equals(shape, shape(tensor))) {
          throw new InvalidFileException(
              file.file(),
              String.format(
                  Locale.ROOT,
                  "shape of %s of case %s (=%s) must be that of its tensor, %s",
                  Texts.quote(tensor),
                  name,
                  Texts.quote(Arrays.toString(shape)),
                  Arrays.toString(shape(tensor))));
        }
      }
    }
    requireNoOtherTensors(listed);
  }

  /**
   * Checks that the case has no tensors but some.
   *
   * @param listed their names
   * @throws InvalidFileException if it has another one
   */
  public void requireNoOtherTensors(Collection<String> listed) {
    String prefix = fullName("");
    for (String tensor : file.names()) {
      if (tensor.startsWith(prefix) && !listed.contains(tensor.substring(prefix.length()))) {
        throw new InvalidFileException(
            file.file(), "tensor " + Texts.quote(tensor) + " must be listed by its case");
      }
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
