package org.diffusion4j.clip.token;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextRepairTest {
  @ParameterizedTest
  @ValueSource(strings = {"schön", "€5 — naïve", "smile 😀", "Ελλάδα", "привет", "日本語", "é"})
  void textThatWasDecodedWronglyIsDecodedAgain(String text) {
    String once = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    String twice = new String(once.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    assertEquals(text, TextRepair.of(once));
    assertEquals(text, TextRepair.of(twice));
  }

  @Test
  void windows1252IsReadAsWellAsLatin1() {
    String wrong =
        new String(
            "dash – “Café™".getBytes(StandardCharsets.UTF_8), Charset.forName("windows-1252"));
    assertEquals("dash – \"Café™", TextRepair.of(wrong));
    assertEquals("well… it's", TextRepair.of("well\u0085 it\u0092s"));
  }

  @Test
  void wronglyDecodedWordsStandBesideOthers() {
    assertEquals("日本 café naïve", TextRepair.of("日本 cafÃ© naïve"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "café naïve Ångström",
        "AHÅ™, the sofa from IKEA®",
        "Charlotte Brontë…",
        "CAFÉ®",
        "NÃO, SÃO",
        "5°C ±2 ½",
        "ſt",
        "e\u200dmoji ❤\uFE0F",
        "a\tb\nc"
      })
  void textThatIsRightStaysAsItIs(String text) {
    assertEquals(text, TextRepair.of(text));
  }

  @Test
  void oddFormsOfCharactersBecomeTheUsualOnes() {
    assertEquals("fi ffl ſt st IJ dž", TextRepair.of("ﬁ ﬄ ﬅ ﬆ Ĳ ǆ"));
    assertEquals("ABC 123 カ", TextRepair.of("ＡＢＣ\u3000１２３ ｶ"));
    assertEquals("\"a\" 'b' it's", TextRepair.of("“a” ‘b’ itʼs"));
    assertEquals("é", TextRepair.of("e\u0301"));
  }

  @Test
  void whatIsNoTextIsRemoved() {
    assertEquals(
        "bell red text", TextRepair.of("\uFEFFbe\u0007ll \u001B[31;1mred\u001B[0m te\u0000xt"));
  }

  @Test
  void referencesAreReadBeforeTheRestUnlessThereAreTags() {
    assertEquals(
        "\"é\" & café", TextRepair.of("&ldquo;&eacute;&rdquo; &amp;amp; caf&Atilde;&copy;"));
    assertEquals("<b> &amp; &ldquo;", TextRepair.of("<b> &amp; &ldquo;"));
  }

  @Test
  void longTextsTakeNotLong() {
    String nested = "&" + "amp;".repeat(100_000);
    String wrong = "Ã".repeat(100_000) + "\u0301".repeat(100_000);
    Assertions.assertTimeout(
        Duration.ofSeconds(20),
        () -> {
          TextRepair.of(nested);
          TextRepair.of(wrong);
        });
  }
}
