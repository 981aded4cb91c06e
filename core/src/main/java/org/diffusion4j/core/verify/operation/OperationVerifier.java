package org.diffusion4j.core.verify.operation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.verify.GoldenCase;
import org.diffusion4j.core.verify.GoldenFile;
import org.diffusion4j.core.verify.VerifiableCase;
import org.diffusion4j.core.verify.Verifier;

/** Verifies operations, values and gradients: the golden data in folders named {@code ops}. */
public final class OperationVerifier implements Verifier {
  private static final List<OperationFamily> FAMILIES =
      List.of(
          new Activations(),
          new Attentions(),
          new Convolutions(),
          new Distributions(),
          new Embeddings(),
          new Interpolations(),
          new Losses(),
          new Normalizations(),
          new Optimizers(),
          new Poolings());

  private final Map<String, OperationFamily.CaseCheck> checks = new LinkedHashMap<>();

  /** A verifier of every operation that this version has. */
  public OperationVerifier() {
    FAMILIES.forEach(family -> checks.putAll(family.checks()));
  }

  @Override
  public String folder() {
    return "ops";
  }

  @Override
  public List<VerifiableCase> cases(Path folder) throws IOException {
    List<VerifiableCase> cases = new ArrayList<>();
    for (GoldenFile file : GoldenFile.openAll(folder)) {
      String operation = file.fields().text("op");
      OperationFamily.CaseCheck check = checks.get(operation);
      for (GoldenCase golden : file.cases()) {
        String name = file.name() + "/" + golden.name();
        cases.add(
            check == null
                ? VerifiableCase.unsupported(name, "no operation " + Texts.quote(operation))
                : new VerifiableCase(
                    name, (target, comparison) -> check.run(golden, target, comparison)));
      }
    }
    return cases;
  }
}
