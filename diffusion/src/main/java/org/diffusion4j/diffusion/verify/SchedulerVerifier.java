package org.diffusion4j.diffusion.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.diffusion4j.core.files.FileLookup;
import org.diffusion4j.core.verify.GoldenCase;
import org.diffusion4j.core.verify.GoldenFile;
import org.diffusion4j.core.verify.VerifiableCase;
import org.diffusion4j.core.verify.Verifier;

/**
 * Verifies samplers: the golden data in folders named {@code schedulers}, the tables and
 * trajectories of diffusers' schedulers with a function in place of the model, and in {@code
 * saved_configs} files that diffusers wrote.
 *
 * <p>Samplers are plain Java arithmetic, the same on every target.
 */
public final class SchedulerVerifier implements Verifier {
  private static final String SAVED_CONFIGS = "saved_configs";
  private static final String CONFIG_FILE = "scheduler_config.json";

  @Override
  public String folder() {
    return "schedulers";
  }

  @Override
  public List<VerifiableCase> cases(Path folder) throws IOException {
    List<VerifiableCase> cases = new ArrayList<>();
    for (GoldenFile file : GoldenFile.openAll(folder)) {
      for (GoldenCase golden : file.cases()) {
        cases.add(
            new VerifiableCase(
                file.name() + "/" + golden.name(),
                (target, comparison) -> new SchedulerCheck(golden, comparison).run()));
      }
    }
    Path saved = folder.resolve(SAVED_CONFIGS);
    if (FileLookup.isFolder(saved)) {
      try (Stream<Path> folders = Files.list(saved)) {
        for (Path each : folders.filter(FileLookup::isFolder).sorted().toList()) {
          cases.add(
              new VerifiableCase(
                  SAVED_CONFIGS + "/" + each.getFileName(),
                  (target, comparison) ->
                      SavedConfigCheck.run(each.resolve(CONFIG_FILE), comparison)));
        }
      }
    }
    return cases;
  }
}
