package org.diffusion4j.clip.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.testing.TestResources;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders of transformers' tokenizers: what stands around the words, and what is refused. */
class SpecialTokensTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** In the small vocabulary. */
  private static final int START = 998;

  private static final int END = 999;
  private static final int MARK = 0;

  @TempDir Path folder;
  private Path config;

  @BeforeEach
  void copyFolder() throws IOException {
    for (String name :
        List.of("vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json")) {
      Files.copy(TestResources.path("golden/tokenizer/small/" + name), folder.resolve(name));
    }
    config = folder.resolve("tokenizer_config.json");
  }

  @Test
  void aFolderHasItsOwnIds() throws IOException {
    ClipTokenizer tokenizer = ClipTokenizer.read(folder);
    assertEquals(START, tokenizer.startToken());
    assertEquals(END, tokenizer.endToken());
    assertEquals(END, tokenizer.padToken());
    assertEquals(OptionalInt.of(77), tokenizer.maxLength());
  }

  @Test
  void vocabularyAndMergesAreEnough() throws IOException {
    Files.delete(config);
    Files.delete(folder.resolve("special_tokens_map.json"));
    ClipTokenizer tokenizer = ClipTokenizer.read(folder);
    assertEquals(START, tokenizer.startToken());
    assertEquals(END, tokenizer.padToken());
    assertEquals(OptionalInt.empty(), tokenizer.maxLength());
    Files.delete(folder.resolve("merges.txt"));
    assertEquals(folder.resolve("merges.txt") + ": no such file", failure());
  }

  /** As Stable Diffusion 2 pads; in the text, too, the mark is no word's token then. */
  @Test
  void thePadTokenIsCutOutOfTexts() throws IOException {
    int[] words = ClipTokenizer.read(folder).encode("in the");
    change("special_tokens_map.json", "pad_token", "\"!\"");
    ClipTokenizer tokenizer = ClipTokenizer.read(folder);
    assertEquals(MARK, tokenizer.padToken());
    assertArrayEquals(
        new int[] {START, words[0], MARK, words[1], MARK, MARK, END, MARK, MARK},
        tokenizer.encodePadded(" IN!the !!", 9, Padding.PAD_TOKEN).ids());
    // What a reference stands for comes up when the text is cleaned, after the cut.
    int[] escaped = tokenizer.encode("&#33;");
    assertEquals("! ", tokenizer.decode(escaped));
    assertEquals(1, escaped.length);
  }

  @Test
  void theMapCountsUnlessTheConfigListsAddedTokens() throws IOException {
    change("special_tokens_map.json", "pad_token", "{\"content\": \"!\"}");
    assertEquals(MARK, ClipTokenizer.read(folder).padToken());
    change("tokenizer_config.json", "added_tokens_decoder", "{\"1\": {\"content\": \"\\\"\"}}");
    ClipTokenizer tokenizer = ClipTokenizer.read(folder);
    assertEquals(END, tokenizer.padToken());
    assertArrayEquals(new int[] {1}, tokenizer.encode("\""));
  }

  @Test
  void ofLiteralsThatBeginAlikeTheLongestCounts() throws IOException {
    change("special_tokens_map.json", "pad_token", "\"!\"");
    change("special_tokens_map.json", "additional_special_tokens", "[\"!!!</w>\", \"!!\"]");
    ObjectNode ids = (ObjectNode) JSON.readTree(folder.resolve("vocab.json").toFile());
    ids.put("!!", ids.size());
    JSON.writeValue(folder.resolve("vocab.json").toFile(), ids);
    assertArrayEquals(
        new int[] {1000, MARK, 995}, ClipTokenizer.read(folder).encode("!!! !!!</w>"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "pad_token | \"<pad>\" | pad_token (=<pad>) must be a token of vocab.json",
        "bos_token | 7 | bos_token (=7) must be a token or an object with its content",
        "eos_token | {} | eos_token (={}) must be a token or an object with its content",
        "tokenizer_class | \"T5Tokenizer\" | tokenizer_class (=T5Tokenizer) must be CLIPTokenizer",
        "padding_side | \"left\" | padding_side (=left) must be right",
        "model_max_length | 1 | model_max_length (=1) must be a whole number from 2,"
            + " for the start and the end token, to 16384",
        "added_tokens_decoder | {\"1000\": {\"content\": \"<cat>\"}} | id of added token <cat>"
            + " (=1000) must be that of vocab.json",
        "added_tokens_decoder | {\"0\": {\"content\": \"!\", \"single_word\": true}} | single_word"
            + " of added_tokens_decoder ! (=true) must be false",
      })
  void whatIsNotImplementedIsRefusedByName(String field, String value, String problem)
      throws IOException {
    Files.delete(folder.resolve("special_tokens_map.json"));
    change("tokenizer_config.json", field, value);
    assertEquals(config + ": " + problem, failure());
  }

  @Test
  void aTokenOfTheMapIsRefusedInItsName() throws IOException {
    change("special_tokens_map.json", "pad_token", "\"<pad>\"");
    assertEquals(
        folder.resolve("special_tokens_map.json")
            + ": pad_token (=<pad>) must be a token of vocab.json",
        failure());
  }

  @Test
  void tokensBeyondTheVocabularyAreRefused() throws IOException {
    Path added = folder.resolve("added_tokens.json");
    Files.writeString(added, "{\"<cat>\": 1000}");
    assertEquals(added + ": id of added token <cat> (=1000) must be that of vocab.json", failure());
    Files.writeString(added, "{\"\": 0}");
    assertEquals(added + ": id of added token  (=0) must be that of vocab.json", failure());
    Files.writeString(added, "{\"!\": 0}");
    assertArrayEquals(new int[] {MARK}, ClipTokenizer.read(folder).encode("!"));
  }

  @Test
  void aFileCannotMakeEveryTokenSpecial() throws IOException {
    ObjectNode ids = (ObjectNode) JSON.readTree(folder.resolve("vocab.json").toFile());
    while (ids.size() < 1100) {
      ids.put("!".repeat(ids.size()), ids.size());
    }
    JSON.writeValue(folder.resolve("vocab.json").toFile(), ids);
    Path added = folder.resolve("added_tokens.json");
    JSON.writeValue(added.toFile(), ids);
    assertEquals(
        folder + ": number of special and added tokens (=1100) must be at most 1024", failure());
  }

  @Test
  void thereMayBeNoLimitToTheLength() throws IOException {
    change("tokenizer_config.json", "model_max_length", "1000000000000000019884624838656");
    assertEquals(OptionalInt.empty(), ClipTokenizer.read(folder).maxLength());
  }

  private String failure() {
    return assertThrows(InvalidFileException.class, () -> ClipTokenizer.read(folder)).getMessage();
  }

  private void change(String name, String field, String value) throws IOException {
    ObjectNode fields = (ObjectNode) JSON.readTree(folder.resolve(name).toFile());
    fields.set(field, JSON.readTree(value));
    JSON.writeValue(folder.resolve(name).toFile(), fields);
  }
}
