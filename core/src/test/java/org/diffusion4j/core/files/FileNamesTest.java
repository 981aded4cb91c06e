package org.diffusion4j.core.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileNamesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.png",
        "model-00001-of-00002.safetensors",
        ".hidden",
        "two words (1).png",
        "a..b",
        "console.png",
        "com.png",
        "COM10.png",
        "nul-1.png",
        "a~1"
      })
  void namesOfFilesAreNames(String name) {
    assertEquals(true, FileNames.isName(name));
    assertEquals(true, FileNames.isWithin(name));
    assertEquals(true, FileNames.isWithin("b/" + name));
    assertEquals(true, FileNames.isWithin("./b/c/" + name));
    assertEquals(false, FileNames.isName("b/" + name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "..",
        "...",
        ". ",
        "..\\x",
        "\\x",
        "\\\\host\\share\\a.png",
        "\\\\?\\C:\\a.png",
        "C:",
        "C:\\x",
        "D:a.png",
        "a.png:x",
        "a.png::$DATA",
        "a.png.",
        "a.png ",
        "a\u0000.png",
        "a\n.png",
        "a\u0085.png",
        "a\ud800.png",
        "NUL",
        "nul",
        "Con.png",
        "CON.tar.gz",
        "PRN",
        "aux.txt",
        "COM1",
        "lpt9.png",
        "COM².png",
        "NUL .txt",
        "conin$",
        "CONOUT$",
        "clock$"
      })
  void whatIsMoreThanANameSomewhereIsNoneAnywhere(String name) {
    assertEquals(false, FileNames.isName(name), name);
    assertEquals(false, FileNames.isWithin(name), name);
    assertEquals(false, FileNames.isWithin("b/" + name), name);
    assertEquals(false, FileNames.isWithin(name + "/b.png"), name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".",
        "/a.png",
        "//host/share/a.png",
        "../a.png",
        "b/../a.png",
        "b/..",
        "b//a.png",
        "b/",
        "./",
        "./..",
        "././a.png",
        "C:/a.png",
        "b/C:/a.png"
      })
  void pathsThatMayLeaveTheFolderAreNotWithin(String path) {
    assertEquals(false, FileNames.isWithin(path), path);
    assertEquals(false, FileNames.isName(path), path);
  }
}
