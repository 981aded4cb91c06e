package org.diffusion4j.clip.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.diffusion4j.core.testing.TestResources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokenizers as the folders that transformers writes and reads. */
class SavedTokenizerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SMALL =
      TestResources.path("golden/tokenizer/small/vocab.json").getParent();
  private static final List<String> FILES =
      List.of("vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json");

  @TempDir Path folder;

  private static JsonNode json(Path folder, String name) throws IOException {
    return JSON.readTree(folder.resolve(name).toFile());
  }

  @Test
  void theFilesSayWhatThoseOfTransformersSay() throws IOException {
    ClipTokenizer.read(SMALL).save(folder);
    for (String name : List.of("vocab.json", "tokenizer_config.json", "special_tokens_map.json")) {
      assertEquals(json(SMALL, name), json(folder, name), name);
    }
    assertEquals(
        Files.readAllLines(SMALL.resolve("merges.txt")),
        Files.readAllLines(folder.resolve("merges.txt")));
  }

  /** The number of lines and the ids at both ends are those of the files that are published. */
  @Test
  void theStandardVocabularyIsThatOfThePublishedFiles() throws IOException {
    ClipTokenizer.standard().save(folder);
    assertEquals(json(SMALL, "tokenizer_config.json"), json(folder, "tokenizer_config.json"));
    assertEquals(json(SMALL, "special_tokens_map.json"), json(folder, "special_tokens_map.json"));
    JsonNode vocabulary = json(folder, "vocab.json");
    assertEquals(49_408, vocabulary.size());
    assertEquals(0, vocabulary.get("!").asInt());
    assertEquals(49_405, vocabulary.get("jekyll</w>").asInt());
    assertEquals(49_407, vocabulary.get("<|endoftext|>").asInt());
    List<String> merges = Files.readAllLines(folder.resolve("merges.txt"));
    assertEquals(48_895, merges.size());
    assertEquals(List.of("#version: 0.2", "i n", "t h"), merges.subList(0, 3));
  }

  @Test
  void whatIsReadAgainIsTheSame() throws IOException {
    ObjectNode config = (ObjectNode) json(SMALL, "tokenizer_config.json");
    ObjectNode map = (ObjectNode) json(SMALL, "special_tokens_map.json");
    map.put("pad_token", "!");
    map.put("unk_token", "?");
    map.putArray("additional_special_tokens").add("the").add("i");
    Path original = Files.createDirectory(folder.resolve("original"));
    for (String name : FILES) {
      Files.copy(SMALL.resolve(name), original.resolve(name));
    }
    JSON.writeValue(original.resolve("tokenizer_config.json").toFile(), config);
    JSON.writeValue(original.resolve("special_tokens_map.json").toFile(), map);
    ClipTokenizer tokenizer = ClipTokenizer.read(original);
    Path first = folder.resolve("first");
    tokenizer.save(first);
    ClipTokenizer again = ClipTokenizer.read(first);
    assertEquals(0, again.padToken());
    assertEquals(tokenizer.maxLength(), again.maxLength());
    for (String text : List.of("a king! on the? with!", "theatre i in<|endoftext|>", "&amp; !!")) {
      assertArrayEquals(tokenizer.encode(text), again.encode(text), text);
    }
    Path second = folder.resolve("second");
    again.save(second);
    for (String name : FILES) {
      assertEquals(-1, Files.mismatch(first.resolve(name), second.resolve(name)), name);
    }
  }

  @Test
  void theLengthIsThatOfTheModel() throws IOException {
    ClipTokenizer tokenizer = ClipTokenizer.read(SMALL);
    tokenizer.save(folder, OptionalInt.of(16));
    assertEquals(OptionalInt.of(16), ClipTokenizer.read(folder).maxLength());
    tokenizer.save(folder, OptionalInt.empty());
    assertEquals(OptionalInt.empty(), ClipTokenizer.read(folder).maxLength());
  }

  @Test
  void addedTokensOfAnEarlierTokenizerDoNotComeBack() throws IOException {
    Files.writeString(folder.resolve("added_tokens.json"), "{\"the\": 1}");
    ClipTokenizer.read(SMALL).save(folder);
    assertFalse(Files.exists(folder.resolve("added_tokens.json")));
  }

  @Test
  void aLongTextIsCutIntoChunks() {
    ClipTokenizer tokenizer = ClipTokenizer.standard();
    int[] tokens = tokenizer.encode("one two three four five");
    List<TokenSequence> chunks =
        tokenizer.encodeChunks("one two three four five", 4, 3, Padding.ZERO);
    int start = tokenizer.startToken();
    int end = tokenizer.endToken();
    assertEquals(3, chunks.size());
    assertArrayEquals(new int[] {start, tokens[2], tokens[3], end}, chunks.get(1).ids());
    assertArrayEquals(new int[] {start, tokens[4], end, 0}, chunks.get(2).ids());
    assertFalse(chunks.get(2).truncated());

    List<TokenSequence> cut = tokenizer.encodeChunks("one two three", 4, 1, Padding.ZERO);
    assertEquals(List.of(true), cut.stream().map(TokenSequence::truncated).toList());
    assertArrayEquals(tokenizer.encodePadded("one two", 4, Padding.ZERO).ids(), cut.get(0).ids());
    assertEquals(1, tokenizer.encodeChunks("", 4, 2, Padding.ZERO).size());
    assertEquals(1, tokenizer.encodeChunks("one two", 4, 2, Padding.ZERO).size());
  }
}
