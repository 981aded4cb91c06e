package org.diffusion4j.clip.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BasicCleanerTest {
  @Test
  void controlAndFormatCharactersAreDropped() {
    assertEquals("ab c", BasicCleaner.clean("\uFEFFa\u0007\u200Bb\uFFFD\u00AD\tc\uE000\uD800"));
  }

  @Test
  void chineseCharactersStandApart() {
    assertEquals("a 日 本 b \uD840\uDC00", BasicCleaner.clean("a日本b\uD840\uDC00"));
    assertEquals("ひらがな 한국", BasicCleaner.clean("ひらがな 한국"));
  }

  @Test
  void nothingIsRepairedAndAccentsAreKept() {
    assertEquals("&amp; “é” cafã©", BasicCleaner.clean(" &amp;\n“E\u0301”  cafÃ© "));
  }

  @Test
  void aTokenizerCleansAsItIsTold() {
    ClipTokenizer standard = ClipTokenizer.standard();
    ClipTokenizer basic = standard.withCleaning(TextCleaning.BASIC);
    assertFalse(Arrays.equals(standard.encode("&amp;"), basic.encode("&amp;")));
    assertArrayEquals(standard.encode("a cat"), basic.encode("a cat"));
  }
}
