package org.diffusion4j.clip.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.diffusion4j.core.InvalidFileException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokenizers read from vocab.json (1,000 tokens here) and merges.txt. */
class VocabularyFilesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private Path vocab;
  private Path merges;

  @BeforeEach
  void copyFiles() throws IOException {
    vocab = copy("vocab.json");
    merges = copy("merges.txt");
  }

  @Test
  void filesMakeATokenizerOfTheirOwn() throws IOException {
    ClipTokenizer tokenizer = ClipTokenizer.read(vocab, merges);
    assertEquals(1000, tokenizer.vocabularySize());
    String start = JSON.readTree(vocab.toFile()).get("<|startoftext|>").asText();
    assertEquals(start, String.valueOf(tokenizer.startToken()));
    String text = "the cat and the étude sat in 42 trees!";
    assertEquals(
        text.replace("42", "4 2").replace("!", " ! "), tokenizer.decode(tokenizer.encode(text)));
    // The first merges of both vocabularies are the same, so what only they build is, too.
    assertArrayEquals(ClipTokenizer.standard().encode("in the an"), tokenizer.encode("in the an"));
  }

  @Test
  void aMissingTokenIsNamed() throws IOException {
    ObjectNode tokens = (ObjectNode) JSON.readTree(vocab.toFile());
    String last = "<|endoftext|>";
    tokens.remove(last);
    // The ids must stay those from 0 on.
    int size = tokens.size();
    tokens.properties().stream()
        .filter(e -> e.getValue().intValue() == size)
        .map(java.util.Map.Entry::getKey)
        .toList()
        .forEach(token -> tokens.put(token, 999 - 1));
    JSON.writeValue(vocab.toFile(), tokens);
    assertEquals(vocab + ": must have the token <|endoftext|>", failure());
  }

  @Test
  void idsBeyondTheVocabularyOrTakenTwiceAreRefused() throws IOException {
    ObjectNode tokens = (ObjectNode) JSON.readTree(vocab.toFile());
    for (String bad : new String[] {"1000", "-1", "1", "2147483648", "0.5", "\"0\"", "null"}) {
      tokens.set("!", JSON.readTree(bad));
      JSON.writeValue(vocab.toFile(), tokens);
      assertTrue(
          failure().endsWith("must be an integer from 0 to 999 that no other token has"), bad);
    }
  }

  @Test
  void filesThatAreNotWhatTheirNamesSayAreRefused() throws IOException {
    Files.writeString(vocab, "[1, 2]");
    assertEquals(vocab + ": must be a JSON object", failure());
    Files.writeString(vocab, "{\"a\": ");
    assertTrue(failure().startsWith(vocab + ": must be JSON: "), failure());
  }

  @Test
  void hostileFilesAreRefusedBeforeTheyFillTheMemory() throws IOException {
    Files.writeString(vocab, "{\"a\":".repeat(100_000));
    assertTrue(failure().startsWith(vocab + ": must be JSON: "), failure());
    Files.writeString(vocab, "{\"a\": 0, \"a\": 1}");
    assertTrue(failure().startsWith(vocab + ": must be JSON: Duplicate"), failure());
    Files.writeString(vocab, "{} {}");
    assertTrue(failure().startsWith(vocab + ": must be JSON: "), failure());
    long tooLong = (16 << 20) + 1;
    try (RandomAccessFile file = new RandomAccessFile(vocab.toFile(), "rw")) {
      file.setLength(tooLong);
    }
    assertEquals(
        vocab + ": size (=" + tooLong + ") must be at most " + (tooLong - 1) + " bytes", failure());
    Files.delete(vocab);
    assertEquals(vocab + ": no such file", failure());
  }

  /** CLIP's tokenizers stop there. */
  @Test
  void mergesAfterTheLastOfFortyNineThousandTokensAreNotRead() throws IOException {
    String start = Files.readString(merges);
    long lines = start.lines().count() - 1;
    String again = "i n\n".repeat(49152 - 256 - 2 - (int) lines);
    Files.writeString(merges, start + again + "no merge at all\n");
    assertEquals(1000, ClipTokenizer.read(vocab, merges).vocabularySize());
  }

  @Test
  void aMergeOfOtherThanTwoTokensIsRefused() throws IOException {
    for (String bad : new String[] {"in", "i n g", " n", "i "}) {
      Files.writeString(merges, "#version: 0.2\ni n\n" + bad + "\nt h\n");
      assertEquals(
          merges + ": line 3 must be two tokens with a space between", failure(), "[" + bad + "]");
    }
  }

  @Test
  void tokensOutsideTheByteAlphabetAreRefused() throws IOException {
    ObjectNode tokens = (ObjectNode) JSON.readTree(vocab.toFile());
    tokens.put("漢", tokens.size());
    JSON.writeValue(vocab.toFile(), tokens);
    assertEquals(vocab + ": token (=漢) must consist of characters of the byte alphabet", failure());
  }

  private String failure() {
    return assertThrows(InvalidFileException.class, () -> ClipTokenizer.read(vocab, merges))
        .getMessage();
  }

  private Path copy(String name) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in =
        VocabularyFilesTest.class.getResourceAsStream("/golden/tokenizer/small/" + name)) {
      Files.copy(in, file);
    }
    return file;
  }
}
