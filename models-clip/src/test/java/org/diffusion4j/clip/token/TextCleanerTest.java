package org.diffusion4j.clip.token;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.text.Normalizer;
import org.junit.jupiter.api.Test;

/** Expected values are those of Python's html.unescape and str.lower. */
class TextCleanerTest {
  @Test
  void namedReferencesNeedNoSemicolonIfTheyAreOld() {
    assertEquals("&amp;", HtmlEntities.unescape("&amp;amp;"));
    assertEquals("&<", HtmlEntities.unescape("&amp&lt"));
    assertEquals("¬it;", HtmlEntities.unescape("&notit;"));
    assertEquals("\u2242\u0338", HtmlEntities.unescape("&NotEqualTilde;"));
    assertEquals("&bogus; & &;", HtmlEntities.unescape("&bogus; & &;"));
  }

  @Test
  void numericReferencesFollowHtml5() {
    assertEquals("A BB", HtmlEntities.unescape("&#x41 B&#66"));
    assertEquals("\uFFFD€\u0081", HtmlEntities.unescape("&#0;&#x80;&#x81;"));
    assertEquals("\uFFFD\uFFFD", HtmlEntities.unescape("&#xD800;&#x110000;"));
    assertEquals("\uFFFD", HtmlEntities.unescape("&#99999999999999999999;"));
    assertEquals("B", HtmlEntities.unescape("&#00000000000066;"));
    assertEquals("", HtmlEntities.unescape("&#11;&#xFFFF;&#x1FFFE;&#xFDD0;&#127;"));
    assertEquals("\r|", HtmlEntities.unescape("&#013;|"));
  }

  @Test
  void aSigmaIsFinalAfterALetterAndBeforeNone() {
    assertEquals("οδος", LowerCase.of("ΟΔΟΣ"));
    assertEquals("ας.", LowerCase.of("ΑΣ."));
    assertEquals("ασ.β", LowerCase.of("ΑΣ.Β"));
    assertEquals("σ", LowerCase.of("Σ"));
    assertEquals("a\u0301ς\u0301", LowerCase.of("A\u0301Σ\u0301"));
    assertEquals("σσς", LowerCase.of("ΣΣΣ"));
  }

  @Test
  void lettersBeyondTheFirstPlaneHaveLowerCaseToo() {
    assertEquals("i\u0307ι\uD801\uDC28", LowerCase.of("İΙ\uD801\uDC00"));
  }

  @Test
  void cleaningComposesAndCollapses() {
    assertEquals("café <b>", TextCleaner.clean(" Cafe\u0301\u3000\n\t&amp;lt;B&amp;gt; "));
  }

  @Test
  void manyMarksAreComposedInPieces() {
    String marks = "a" + "\u0301\u0327".repeat(15);
    String expected = Normalizer.normalize(marks, Normalizer.Form.NFC);
    assertEquals(expected + "\u0327", Composition.of(marks + "\u0327"));
  }
}
