package org.diffusion4j.clip.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.diffusion4j.core.testing.TestResources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipTokenizerFilesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The vocabulary as transformers writes it. */
  @Test
  void theShippedVocabularyInFilesGivesTheSameIds(@TempDir Path folder) throws IOException {
    Vocabulary vocabulary = Vocabulary.shipped();
    JSON.writeValue(folder.resolve("vocab.json").toFile(), vocabulary.ids());
    Files.write(
        folder.resolve("merges.txt"),
        Stream.concat(
                Stream.of("#version: 0.2"),
                vocabulary.merges().stream().map(merge -> merge.left() + " " + merge.right()))
            .toList());
    for (String name : List.of("tokenizer_config.json", "special_tokens_map.json")) {
      Files.copy(TestResources.path("golden/tokenizer/small/" + name), folder.resolve(name));
    }
    ClipTokenizer byFiles = ClipTokenizer.read(folder);
    Path golden = TestResources.path("org/diffusion4j/clip/verify/golden/tokenizer/hf_tokens.json");
    for (JsonNode expected : JSON.readTree(golden.toFile()).get("cases")) {
      String text = expected.get("text").textValue();
      assertArrayEquals(ClipTokenizer.standard().encode(text), byFiles.encode(text), text);
      TokenSequence padded =
          byFiles.encodePadded(text, byFiles.maxLength().orElseThrow(), Padding.PAD_TOKEN);
      assertArrayEquals(
          JSON.convertValue(expected.get("input_ids"), int[].class), padded.ids(), text);
    }
  }
}
