package org.diffusion4j.core.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Changes what a JSON file says: values of other types, names that come twice or not at all, or are
 * others, and levels over levels. What comes out is well-formed but for doubled names.
 */
public final class JsonMutation implements Mutation {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  /** Goes again when the text is written, and leaves two of a name. */
  private static final String DOUBLED = "DOUBLED:";

  private static final List<String> NAMES = List.of("", "a", "__proto__", "\n\u202e", "../x");

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "\"\"",
          "\"a\"",
          "\"..\"",
          "\"../../x\"",
          "\"\\u0000\\n\\u202e\"",
          "\"\\ud800\"",
          "\"" + "long ".repeat(2000) + "\"",
          "[]",
          "{}",
          "[null]",
          "{\"a\": null}",
          "[1, [2, [3]]]",
          "[" + "0,".repeat(5000) + "0]",
          "[".repeat(900) + "]".repeat(900),
          "[".repeat(3000) + "]".repeat(3000));

  private static final int MOST_CHANGES = 3;
  private static final int KINDS = 6;

  @Override
  public byte[] of(byte[] original, RandomGenerator random) {
    try {
      JsonNode root = MAPPER.readTree(original);
      int changes = 1 + random.nextInt(MOST_CHANGES);
      for (int i = 0; i < changes; i++) {
        List<JsonNode> containers = new ArrayList<>();
        collect(root, containers);
        change(containers.get(random.nextInt(containers.size())), random);
      }
      return MAPPER.writeValueAsString(root).replace(DOUBLED, "").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void collect(JsonNode node, List<JsonNode> containers) {
    if (node.isContainerNode()) {
      containers.add(node);
      node.forEach(child -> collect(child, containers));
    }
  }

  private static void change(JsonNode container, RandomGenerator random) {
    if (container instanceof ArrayNode array) {
      int i = random.nextInt(array.size() + 1);
      if (i == array.size() || random.nextInt(KINDS) == 0) {
        array.insert(i, value(array, random));
      } else if (random.nextInt(KINDS) == 0) {
        array.remove(i);
      } else {
        array.set(i, value(array, random));
      }
    } else if (container instanceof ObjectNode object) {
      change(object, random);
    }
  }

  private static void change(ObjectNode object, RandomGenerator random) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    if (names.isEmpty()) {
      object.set(NAMES.get(random.nextInt(NAMES.size())), value(object, random));
      return;
    }
    String name = names.get(random.nextInt(names.size()));
    String other = names.get(random.nextInt(names.size()));
    switch (random.nextInt(KINDS)) {
      case 0 -> object.remove(name);
      case 1 -> object.set(DOUBLED + name, object.get(other).deepCopy());
      case 2 -> object.set(NAMES.get(random.nextInt(NAMES.size())), object.remove(name));
      case 3 -> object.set(name, object.get(other).deepCopy());
      default -> object.set(name, value(object, random));
    }
  }

  private static JsonNode value(JsonNode near, RandomGenerator random) {
    List<String> from = random.nextBoolean() ? VALUES : ByteMutation.NUMBERS;
    if (random.nextInt(KINDS) == 0 && !near.isEmpty()) {
      return near.deepCopy();
    }
    return MAPPER
        .getNodeFactory()
        .rawValueNode(new RawValue(from.get(random.nextInt(from.size()))));
  }
}
