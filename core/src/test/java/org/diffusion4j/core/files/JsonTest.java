package org.diffusion4j.core.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonTest {
  @Test
  void readsAValue() throws IOException {
    assertEquals(5, Json.read("{\"a\": {\"b\": 3}, \"b\": [2, 5]}").at("/b/1").intValue());
    assertEquals(100, depth(Json.read("[".repeat(100) + "]".repeat(100))));
    assertTrue(Json.read(" ").isMissingNode());
  }

  private static int depth(Iterable<?> node) {
    int depth = 1;
    for (Object child : node) {
      depth = 1 + depth((Iterable<?>) child);
    }
    return depth;
  }

  static String[] brokenRules() {
    return new String[] {
      "{\"a\": 1, \"a\": 2}",
      "{\"b\": [{\"a\": 1, \"c\": 3, \"a\": 1}]}",
      "{\"a\": 1} {\"a\": 1}",
      "[1],",
      "[".repeat(101) + "]".repeat(101),
      "9".repeat(1001),
      "{\"" + "a".repeat(50_001) + "\": 1}",
      "\"" + "a".repeat(20_000_001) + "\"",
      "{\"a\": NaN}",
      "{'a': 1}",
      "{\"a\": 1, // note\n}",
    };
  }

  @ParameterizedTest
  @MethodSource("brokenRules")
  void refusesWhatBreaksARule(String text) {
    assertThrows(JsonProcessingException.class, () -> Json.read(text));
    assertThrows(JsonProcessingException.class, () -> Json.mapper().build().readTree(text));
  }

  @Test
  void tokensFollowTheSameRules() throws IOException {
    try (JsonParser parser = Json.parse("{\"a\": 1, \"a\": 2}")) {
      assertThrows(
          JsonProcessingException.class,
          () -> {
            while (parser.nextToken() != null) {
              parser.getText();
            }
          });
    }
  }

  @Test
  void writes() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (var generator = Json.write(out)) {
      generator.writeString("é");
    }
    assertEquals("\"é\"", out.toString(StandardCharsets.UTF_8));
    assertEquals("{\"a\":[2]}", Json.object().set("a", Json.read("[2]")).toString());
    assertEquals(String.format(Locale.ROOT, "{%n  \"a\" : 3%n}"), Json.pretty(Map.of("a", 3)));
  }
}
