package org.diffusion4j.clip.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The ids of openai/CLIP and of transformers for texts that need no repair by ftfy. */
class ClipTokenizerGoldenTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TestFactory
  Stream<DynamicTest> idsAreThoseOfOpenAi() throws IOException {
    return idsAreThoseOfOpenAi(ClipTokenizer.standard());
  }

  @TestFactory
  Stream<DynamicTest> idsByFilesAreThoseOfOpenAi(@TempDir Path folder) throws IOException {
    return idsAreThoseOfOpenAi(byFiles(folder));
  }

  @TestFactory
  Stream<DynamicTest> paddedIdsAreThoseOfTransformers() throws IOException {
    return paddedIdsAreThoseOfTransformers(ClipTokenizer.standard());
  }

  @TestFactory
  Stream<DynamicTest> paddedIdsByFilesAreThoseOfTransformers(@TempDir Path folder)
      throws IOException {
    return paddedIdsAreThoseOfTransformers(byFiles(folder));
  }

  /** The shipped vocabulary, saved and read. */
  private static ClipTokenizer byFiles(Path folder) throws IOException {
    ClipTokenizer.standard().save(folder);
    return ClipTokenizer.read(folder);
  }

  private static Stream<DynamicTest> idsAreThoseOfOpenAi(ClipTokenizer tokenizer)
      throws IOException {
    return cases("openai_clip_tokens.json")
        .map(
            expected -> {
              String text = expected.get("text").textValue();
              return DynamicTest.dynamicTest(
                  expected.get("text").toString(),
                  () -> {
                    int[] ids = ints(expected.get("ids"));
                    assertEquals(expected.get("cleaned").textValue(), TextCleaner.clean(text));
                    assertArrayEquals(ids, tokenizer.encode(text));
                    TokenSequence padded =
                        tokenizer.encodePadded(text, ClipTokenizer.CONTEXT_LENGTH, Padding.ZERO);
                    assertArrayEquals(ints(expected.get("padded77")), padded.ids());
                    assertEquals(expected.get("truncated").booleanValue(), padded.truncated());
                    assertEquals(expected.get("decoded").textValue(), tokenizer.decode(ids));
                  });
            });
  }

  private static Stream<DynamicTest> paddedIdsAreThoseOfTransformers(ClipTokenizer tokenizer)
      throws IOException {
    return cases("hf_tokens.json")
        .map(
            expected -> {
              String text = expected.get("text").textValue();
              return DynamicTest.dynamicTest(
                  expected.get("text").toString(),
                  () -> {
                    TokenSequence padded =
                        tokenizer.encodePadded(
                            text, tokenizer.maxLength().orElseThrow(), Padding.PAD_TOKEN);
                    assertArrayEquals(ints(expected.get("input_ids")), padded.ids());
                    assertArrayEquals(ints(expected.get("attention_mask")), padded.attentionMask());
                  });
            });
  }

  private static Stream<JsonNode> cases(String file) throws IOException {
    Set<Integer> needsFtfy = new HashSet<>();
    resource("ftfy_dependence.json").get("needs_ftfy").forEach(i -> needsFtfy.add(i.intValue()));
    List<JsonNode> cases = list(resource(file).get("cases"));
    return IntStream.range(0, cases.size())
        .filter(i -> !needsFtfy.contains(i))
        .mapToObj(cases::get);
  }

  private static JsonNode resource(String file) throws IOException {
    try (InputStream in =
        ClipTokenizerGoldenTest.class.getResourceAsStream("/golden/tokenizer/" + file)) {
      return JSON.readTree(in);
    }
  }

  private static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  private static int[] ints(JsonNode array) {
    return list(array).stream().mapToInt(JsonNode::intValue).toArray();
  }
}
