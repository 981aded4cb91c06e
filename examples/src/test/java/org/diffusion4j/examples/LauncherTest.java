package org.diffusion4j.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  /** Stands in the jar: it prints its arguments and where its class comes from. */
  static final class Program {
    private Program() {}

    /** Ends with 3 if the last argument is "fail". */
    public static void main(String[] arguments) {
      for (String argument : arguments) {
        System.out.println("<" + argument + ">");
      }
      System.exit(arguments[arguments.length - 1].equals("fail") ? 3 : 0);
    }
  }

  @TempDir Path temp;
  private Path folder;
  private Path cache;

  @BeforeEach
  void makeJar() throws IOException {
    folder = Files.createDirectory(temp.resolve("a folder"));
    cache = temp.resolve("the cache");
    Files.copy(
        Path.of("src/main/launcher/diffusion4j"),
        folder.resolve("diffusion4j"),
        StandardCopyOption.COPY_ATTRIBUTES);
    writeJar(folder.resolve("diffusion4j.jar"));
  }

  private static void writeJar(Path file) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Program.class.getName());
    String name = Program.class.getName().replace('.', '/') + ".class";
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out, manifest)) {
      jar.putNextEntry(new JarEntry(name));
      Program.class.getClassLoader().getResourceAsStream(name).transferTo(jar);
    }
  }

  private record Ended(int code, List<String> lines) {}

  private Ended launch(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(folder.resolve("diffusion4j").toString()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("XDG_CACHE_HOME", cache.toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output.lines().toList());
  }

  private List<Path> archives() throws IOException {
    if (!Files.exists(cache)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(cache.resolve("diffusion4j"))) {
      return files.toList();
    }
  }

  @Test
  void passesArgumentsAndExitCodes() throws Exception {
    assertEquals(
        new Ended(0, List.of("<inspect>", "<a b>", "<$x>", "<>")),
        launch("inspect", "a b", "$x", ""));
    assertEquals(new Ended(3, List.of("<inspect>", "<fail>")), launch("inspect", "fail"));
    assertEquals(List.of(), archives());
  }

  @Test
  void keepsTheClassesOfTheFirstPictureAndStartsFromThem() throws Exception {
    assertEquals(new Ended(3, List.of("<text2image>", "<fail>")), launch("text2image", "fail"));
    assertEquals(List.of(), archives());
    assertEquals(new Ended(0, List.of("<text2image>", "<a b>")), launch("text2image", "a b"));
    List<Path> made = archives();
    assertEquals(1, made.size());

    assertEquals(new Ended(0, List.of("<text2image>", "<a b>")), launch("text2image", "a b"));
    assertEquals(new Ended(3, List.of("<inspect>", "<fail>")), launch("inspect", "fail"));
    assertEquals(made, archives());

    // Of a file that is no archive, Java says nothing, and starts as ever.
    Files.setAttribute(made.get(0), "unix:mode", 0600);
    Files.writeString(made.get(0), "damaged");
    assertEquals(new Ended(0, List.of("<inspect>", "<x>")), launch("inspect", "x"));
  }

  @Test
  void makesANewArchiveForANewBuild() throws Exception {
    launch("text2image", "x");
    List<Path> made = archives();
    Path jar = folder.resolve("diffusion4j.jar");
    Files.write(jar, new byte[0]);
    writeJar(jar);
    Files.createDirectory(folder.resolve("lib"));
    Files.writeString(folder.resolve("lib").resolve("new.jar"), "");
    launch("text2image", "x");
    assertEquals(1, archives().size());
    assertTrue(!archives().equals(made), made.toString());
  }

  @Test
  void startsWithoutACache() throws Exception {
    Files.writeString(cache, "no folder");
    assertEquals(new Ended(0, List.of("<text2image>", "<x>")), launch("text2image", "x"));
  }
}
