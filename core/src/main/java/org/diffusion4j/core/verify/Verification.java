package org.diffusion4j.core.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.execution.Execution;

/** All golden cases of some folders, to be checked one after the other. */
public final class Verification {
  private final Map<String, List<VerifiableCase>> folders = new LinkedHashMap<>();

  private Verification() {}

  /**
   * The golden data that ship.
   *
   * @throws IOException if they cannot be unpacked
   */
  public static Verification ofShipped(List<Verifier> verifiers) throws IOException {
    Verification verification = new Verification();
    for (Verifier verifier : verifiers) {
      verification.folders.put(verifier.folder(), verifier.cases(verifier.shipped()));
    }
    return verification;
  }

  /**
   * The golden data of a directory: a folder for each kind. A folder that no verifier knows is one
   * case, which will be skipped; hidden folders and files beside the folders are no golden data.
   *
   * @throws InvalidFileException if there is no folder or a golden file is malformed
   * @throws IOException if one cannot be read
   */
  public static Verification of(List<Verifier> verifiers, Path directory) throws IOException {
    List<Path> folders;
    try (Stream<Path> listing = Files.list(directory)) {
      folders = listing.filter(Verification::isVisibleFolder).sorted().toList();
    }
    if (folders.isEmpty()) {
      throw new InvalidFileException(
          directory, "must have a folder for each kind of golden data, but has no folder");
    }
    Verification verification = new Verification();
    for (Path folder : folders) {
      String name = folder.getFileName().toString();
      List<VerifiableCase> cases =
          List.of(VerifiableCase.unsupported("*", "no check for golden data of this kind"));
      for (Verifier verifier : verifiers) {
        if (verifier.folder().equals(name)) {
          cases = verifier.cases(folder);
        }
      }
      verification.folders.put(Texts.quote(name), cases);
    }
    return verification;
  }

  private static boolean isVisibleFolder(Path path) {
    return Files.isDirectory(path) && !path.getFileName().toString().startsWith(".");
  }

  /** The names of the folders. */
  public List<String> folders() {
    return List.copyOf(folders.keySet());
  }

  /** The number of cases, those included that will be skipped. */
  public int size() {
    return folders.values().stream().mapToInt(List::size).sum();
  }

  /**
   * Checks all cases.
   *
   * @param listener told each result as soon as it is there
   * @param cancelled asked before each case
   * @return the results in the order of the cases
   * @throws CancellationException if {@code cancelled} said so
   * @throws InvalidFileException if a golden file is malformed
   */
  public List<CaseResult> run(
      Execution execution, Consumer<CaseResult> listener, BooleanSupplier cancelled) {
    List<CaseResult> results = new ArrayList<>();
    folders.forEach(
        (folder, cases) -> {
          for (VerifiableCase golden : cases) {
            if (cancelled.getAsBoolean()) {
              throw new CancellationException("cancelled after " + results.size() + " cases");
            }
            CaseResult result = golden.run(folder, execution);
            results.add(result);
            listener.accept(result);
          }
        });
    return results;
  }
}
