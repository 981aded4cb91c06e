package org.diffusion4j.clip.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.testing.ModelVerifierTests;
import org.diffusion4j.core.testing.TestResources;
import org.diffusion4j.core.testing.VerifierTests;
import org.diffusion4j.core.verify.CaseResult;
import org.diffusion4j.core.verify.CaseResult.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tokenizer against openai/CLIP's and transformers'. */
class TokenizerVerifierTest {
  private static final TokenizerVerifier VERIFIER = new TokenizerVerifier();
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Path folder;

  @BeforeEach
  void unpack() throws IOException {
    folder = VERIFIER.shipped();
  }

  @TestFactory
  Stream<DynamicTest> idsAreTheReferences() throws IOException {
    return VerifierTests.shippedCases(VERIFIER, Set.of());
  }

  @Test
  void everyTextOfEveryFileIsACase() throws IOException {
    assertEquals(3 * 73, VERIFIER.cases(folder).size());
  }

  @ParameterizedTest
  @CsvSource({
    "openai_clip_tokens, ids",
    "openai_clip_tokens, padded77",
    "hf_tokens, input_ids",
    "hf_tokens, attention_mask",
    "hf_no_ftfy_tokens, input_ids"
  })
  void aChangedIdFails(String file, String field) throws IOException {
    change(
        file,
        text -> {
          ArrayNode ids = (ArrayNode) text.get(field);
          int last = ids.size() - 1;
          ids.set(last, IntNode.valueOf(ids.get(last).intValue() + 1));
        });
    CaseResult result = run(file + "/4");
    assertEquals(Outcome.FAILED, result.outcome());
    assertTrue(result.worst().orElseThrow().what().startsWith(field), result::toString);
    assertEquals(Outcome.PASSED, run(file + "/5").outcome());
  }

  @ParameterizedTest
  @CsvSource({"cleaned", "decoded"})
  void aChangedTextFails(String field) throws IOException {
    change("openai_clip_tokens", text -> text.put(field, text.get(field).textValue() + "s"));
    assertEquals(Outcome.FAILED, run("openai_clip_tokens/4").outcome());
  }

  @Test
  void anotherTruncationFails() throws IOException {
    change("openai_clip_tokens", text -> text.put("truncated", true));
    assertEquals(Outcome.FAILED, run("openai_clip_tokens/4").outcome());
  }

  @Test
  void theVocabularyOfTheFolderIsUsed() throws IOException {
    Path files = Files.createDirectory(folder.resolve("hf"));
    for (String name :
        List.of("vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json")) {
      Files.copy(TestResources.path("golden/tokenizer/small/" + name), files.resolve(name));
    }
    assertEquals(Outcome.FAILED, run("hf_tokens/4").outcome());
    assertEquals(Outcome.PASSED, run("openai_clip_tokens/4").outcome());
  }

  @Test
  void whatNoTokenizerGivesIsSkippedAndNamed() throws IOException {
    change("hf_tokens", text -> text.put("offset_mapping", 7));
    assertEquals("no tokenizer that gives offset_mapping", run("hf_tokens/4").reason());
    Files.move(folder.resolve("hf_tokens.json"), folder.resolve("fast.json"));
    assertEquals("no tokenizer for fast", run("fast/4").reason());
  }

  @Test
  void malformedFilesAreRefused() throws IOException {
    change("hf_tokens", text -> text.put("input_ids", 7));
    assertEquals(
        folder.resolve("hf_tokens.json") + ": cases[4].input_ids (=7) must be a list",
        assertThrows(InvalidFileException.class, () -> run("hf_tokens/4")).getMessage());
  }

  private interface Change {
    void apply(ObjectNode text);
  }

  private void change(String name, Change change) throws IOException {
    Path file = folder.resolve(name + ".json");
    JsonNode json = MAPPER.readTree(file.toFile());
    change.apply((ObjectNode) json.get("cases").get(4));
    MAPPER.writeValue(file.toFile(), json);
  }

  private CaseResult run(String golden) throws IOException {
    return ModelVerifierTests.run(VERIFIER, folder, golden);
  }
}
