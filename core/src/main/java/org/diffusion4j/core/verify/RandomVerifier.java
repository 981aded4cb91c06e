package org.diffusion4j.core.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.random.Generator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Verifies random numbers: the golden data in folders named {@code random}, which torch's CPU
 * generator drew.
 *
 * <p>The generator is plain Java arithmetic, the same on every target.
 */
public final class RandomVerifier implements Verifier {
  /** Logarithm, sine and cosine in float32 are rounded differently. */
  private static final Tolerance NORMAL = Tolerance.relativeFromOne(1e-6);

  @Override
  public String folder() {
    return "random";
  }

  @Override
  public List<VerifiableCase> cases(Path folder) throws IOException {
    List<VerifiableCase> cases = new ArrayList<>();
    for (GoldenFile file : GoldenFile.openAll(folder)) {
      for (GoldenCase golden : file.cases()) {
        cases.add(
            new VerifiableCase(
                file.name() + "/" + golden.name(),
                (target, comparison) -> check(golden, comparison)));
      }
    }
    return cases;
  }

  private static void check(GoldenCase golden, Comparison comparison) {
    JsonFields fields = golden.fields();
    String kind = fields.text("kind");
    Generator generator = new Generator(fields.longInteger("seed"));
    Draws draws = new Draws(golden.file(), comparison);
    switch (kind) {
      case "rand" ->
          draws.compare(
              kind, golden.name(), fields.integers("shape"), generator::rand, Tolerance.EXACT);
      case "randn" ->
          draws.compare(kind, golden.name(), fields.integers("shape"), generator::randn, NORMAL);
      case "sequence" -> {
        JsonFields shapes = fields.object("shapes");
        golden.requireNoOtherTensors(shapes.names());
        for (String part : shapes.names()) {
          draws.compare(
              part, golden.name() + "/" + part, shapes.integers(part), generator::randn, NORMAL);
        }
      }
      case "randperm" ->
          draws.compare(
              kind,
              golden.name(),
              new long[] {fields.integer("n")},
              shape -> Nd4j.createFromArray(generator.randperm((int) shape[0])),
              Tolerance.EXACT);
      case "randint" -> {
        generator.randperm(lengthOfPermutationBefore(golden));
        long low = fields.longInteger("low");
        long high = fields.longInteger("high");
        draws.compare(
            kind,
            golden.name(),
            fields.integers("shape"),
            shape -> integers(generator, low, high, shape),
            Tolerance.EXACT);
      }
      default -> throw new UnsupportedCaseException("no random numbers " + Texts.quote(kind));
    }
  }

  private static INDArray integers(Generator generator, long low, long high, long[] shape) {
    int length = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    return Nd4j.createFromArray(generator.randint(low, high, length)).reshape('c', shape);
  }

  /** The integers of a file were drawn after the permutation of the same seed. */
  private static int lengthOfPermutationBefore(GoldenCase integers) {
    long seed = integers.fields().longInteger("seed");
    for (GoldenCase other : integers.file().cases()) {
      JsonFields fields = other.fields();
      if (fields.text("kind").equals("randperm") && fields.longInteger("seed") == seed) {
        int length = fields.integer("n");
        if (!Arrays.equals(other.file().shape(other.name()), new long[] {length})) {
          break;
        }
        return length;
      }
    }
    throw new InvalidFileException(
        integers.file().file(),
        "must hold the randperm of seed " + seed + " that its randint was drawn after");
  }

  /** Draws that are compared with tensors of a file. */
  private record Draws(GoldenFile file, Comparison comparison) {
    void compare(
        String what,
        String name,
        long[] shape,
        Function<long[], INDArray> draw,
        Tolerance tolerance) {
      // Shapes first: a file bounds what is drawn only through its tensors.
      if (comparison.compareShapes(what, file.shape(name), shape)) {
        comparison.compare(what, file.tensor(name), draw.apply(shape), tolerance);
      }
    }
  }
}
