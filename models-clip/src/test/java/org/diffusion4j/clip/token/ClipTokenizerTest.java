package org.diffusion4j.clip.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClipTokenizerTest {
  private static final int START = 49406;
  private static final int END = 49407;

  private final ClipTokenizer tokenizer = ClipTokenizer.standard();

  @Test
  void aCaptionHasItsWordsIds() {
    assertArrayEquals(new int[] {320, 1125, 539, 320, 2368}, tokenizer.encode("A photo of a cat"));
    assertEquals("a photo of a cat ", tokenizer.decode(320, 1125, 539, 320, 2368));
  }

  @Test
  void theVocabularyIsThatOfOpenAi() {
    assertEquals(49408, tokenizer.vocabularySize());
    assertEquals(START, tokenizer.startToken());
    assertEquals(END, tokenizer.endToken());
  }

  @Test
  void paddingFollowsTheEndToken() {
    TokenSequence endPadded = tokenizer.encodePadded("a cat", 7, Padding.END_TOKEN);
    assertArrayEquals(new int[] {START, 320, 2368, END, END, END, END}, endPadded.ids());
    assertArrayEquals(new int[] {1, 1, 1, 1, 0, 0, 0}, endPadded.attentionMask());
    assertEquals(4, endPadded.tokenCount());
    assertFalse(endPadded.truncated());
    assertArrayEquals(
        new int[] {START, 320, 2368, END, 0, 0, 0},
        tokenizer.encodePadded("a cat", 7, Padding.ZERO).ids());
  }

  @Test
  void truncationKeepsTheEndToken() {
    TokenSequence cut = tokenizer.encodePadded("a photo of a cat", 5, Padding.ZERO);
    assertArrayEquals(new int[] {START, 320, 1125, 539, END}, cut.ids());
    assertTrue(cut.truncated());
    assertFalse(tokenizer.encodePadded("a photo of a cat", 7, Padding.ZERO).truncated());
    assertTrue(tokenizer.encodePadded("a photo of a cat", 6, Padding.ZERO).truncated());
    assertArrayEquals(new int[] {START, END}, tokenizer.encodePadded("cat", 2, Padding.ZERO).ids());
  }

  @Test
  void aLengthWithoutRoomForStartAndEndIsRefused() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> tokenizer.encodePadded("", 1, Padding.ZERO));
    assertEquals(
        "maxLength (=1) must be at least 2, for the start and the end token", e.getMessage());
  }

  @Test
  void idsOutsideTheVocabularyAreRefused() {
    assertEquals(
        "id (=49408) must be from 0 to 49407",
        assertThrows(IllegalArgumentException.class, () -> tokenizer.decode(5, 49408))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> tokenizer.decode(-1));
  }

  @Test
  void bytesThatAreNotTextDecodeToTheReplacementCharacter() {
    int firstByteOfTwo = tokenizer.encode("\u0660")[0];
    assertEquals("\uFFFD", tokenizer.decode(firstByteOfTwo));
  }

  @Test
  void unpairedSurrogatesAreQuestionMarks() {
    assertArrayEquals(tokenizer.encode("a ?"), tokenizer.encode("a \uD83D"));
  }

  /** Letters, marks, sigmas, references, spaces, and characters of alternating length. */
  @ParameterizedTest
  @ValueSource(
      strings = {"a", "ab", "!", "9", "Σ", "\u0327\u0301", "&amp;", "&", " ", "\uD83D\uDE00!", "漢"})
  void endlessTextsTakeNoQuadraticTime(String unit) {
    String text = unit.repeat(200_000 / unit.length());
    int[] ids = assertTimeoutPreemptively(Duration.ofSeconds(10), () -> tokenizer.encode(text));
    TokenSequence padded = tokenizer.encodePadded(text, 77, Padding.END_TOKEN);
    int kept = Math.min(75, ids.length);
    assertArrayEquals(
        Arrays.copyOf(ids, kept), Arrays.copyOfRange(padded.ids(), 1, 1 + kept), "the same start");
  }

  @Test
  void wordsBeyondTheCacheKeepTheirIds() {
    int[] before = tokenizer.encode("zyxwv");
    IntStream.range(0, 40_000)
        .mapToObj(i -> Integer.toString(i, 36).replaceAll("[0-9]", "q"))
        .forEach(tokenizer::encode);
    assertArrayEquals(before, tokenizer.encode("zyxwv"));
    assertArrayEquals(tokenizer.encode("unseenword"), tokenizer.encode("unseenword"));
  }
}
