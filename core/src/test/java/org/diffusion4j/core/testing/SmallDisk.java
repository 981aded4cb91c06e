package org.diffusion4j.core.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file system of a few pages, which is soon full: Linux's tmpfs, which root may mount. Where that
 * is not to be had, the test is skipped.
 */
public final class SmallDisk {
  private static final int PAGE = 4096;

  private final Path root;

  private SmallDisk(Path root) {
    this.root = root;
  }

  /** A disk of so many pages of 4 KiB and as many files, in an empty folder. */
  public static SmallDisk mount(Path folder, int pages) throws IOException, InterruptedException {
    String problem =
        run(
            "mount",
            "-t",
            "tmpfs",
            "-o",
            "size=" + pages * PAGE + ",nr_inodes=" + pages,
            "tmpfs",
            folder.toString());
    assumeTrue(problem.isEmpty(), "no small file system: " + problem);
    return new SmallDisk(folder);
  }

  /** What a command says if it fails. */
  private static String run(String... command) throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      return e.getMessage();
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? "" : "\"" + said.strip() + "\"";
  }

  /** Fills it but for some pages. */
  public Path fill(int free) throws IOException {
    Path filler = root.resolve("filler");
    long pages = Files.getFileStore(root).getUsableSpace() / PAGE - free;
    return Files.write(filler, new byte[Math.toIntExact(pages * PAGE)]);
  }

  /** Fills it with empty files but for room for some. */
  public void fillNames(int free) throws IOException {
    List<Path> fillers = new ArrayList<>();
    try {
      while (true) {
        fillers.add(Files.createFile(root.resolve("filler-" + fillers.size())));
      }
    } catch (FileSystemException full) {
      for (Path filler : fillers.subList(0, free)) {
        Files.delete(filler);
      }
    }
  }

  /** Takes it away. */
  public void unmount() throws IOException, InterruptedException {
    assertEquals("", run("umount", root.toString()));
  }
}
