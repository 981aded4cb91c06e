package org.diffusion4j.clip.token;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * The tokens and merges that a byte-pair tokenizer is made of.
 *
 * @param ids token to id, ids 0 to size - 1, each once
 * @param merges pairs of tokens, the first with the lowest rank
 */
record Vocabulary(Map<String, Integer> ids, List<Merge> merges) {
  static final String START = "<|startoftext|>";
  static final String END = "<|endoftext|>";

  /** Marks a token that ends a word. */
  static final String WORD_END = "</w>";

  private static final String SHIPPED = "bpe_simple_vocab_16e6.txt.gz";

  /** The file lists more merges than openai/CLIP uses: those that make 49,152 tokens. */
  private static final int SHIPPED_MERGES = 49152 - ByteAlphabet.BYTES - 2;

  private static final long MAX_FILE_BYTES = 64L << 20;

  /** Two tokens that become one. */
  record Merge(String left, String right) {
    String merged() {
      return left + right;
    }
  }

  /** The vocabulary of openai/CLIP, which Stable Diffusion uses too. */
  static Vocabulary shipped() throws IOException {
    List<String> lines;
    try (InputStream file = Vocabulary.class.getResourceAsStream(SHIPPED);
        InputStream text = new GZIPInputStream(file)) {
      lines = new String(text.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
    // The first line is a version comment.
    List<Merge> merges = merges(SHIPPED, lines.subList(1, 1 + SHIPPED_MERGES), 2);

    // The order of openai/CLIP: bytes, bytes that end a word, merges, special tokens.
    List<String> tokens = new ArrayList<>();
    for (int b : ByteAlphabet.vocabularyOrder()) {
      tokens.add(String.valueOf(ByteAlphabet.character(b)));
    }
    for (int i = 0; i < ByteAlphabet.BYTES; i++) {
      tokens.add(tokens.get(i) + WORD_END);
    }
    merges.forEach(merge -> tokens.add(merge.merged()));
    tokens.add(START);
    tokens.add(END);
    Map<String, Integer> ids = new HashMap<>();
    tokens.forEach(token -> ids.put(token, ids.size()));
    return new Vocabulary(ids, merges);
  }

  /** The vocabulary of a transformers model folder. */
  static Vocabulary read(Path vocabJson, Path mergesTxt) throws IOException {
    Map<String, Integer> ids = ids(vocabJson);
    List<String> lines = text(mergesTxt).strip().lines().toList();
    boolean versioned = !lines.isEmpty() && lines.get(0).startsWith("#version");
    int first = versioned ? 1 : 0;
    List<Merge> merges =
        merges(mergesTxt.toString(), lines.subList(first, lines.size()), first + 1);
    for (Merge merge : merges) {
      requireToken(ids, merge.left(), vocabJson);
      requireToken(ids, merge.right(), vocabJson);
      requireToken(ids, merge.merged(), vocabJson);
    }
    for (int b = 0; b < ByteAlphabet.BYTES; b++) {
      requireToken(ids, String.valueOf(ByteAlphabet.character(b)), vocabJson);
      requireToken(ids, ByteAlphabet.character(b) + WORD_END, vocabJson);
    }
    requireToken(ids, START, vocabJson);
    requireToken(ids, END, vocabJson);
    return new Vocabulary(ids, merges);
  }

  private static Map<String, Integer> ids(Path file) throws IOException {
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(text(file));
    } catch (JsonProcessingException e) {
      throw new IOException(file + " must be JSON: " + e.getOriginalMessage(), e);
    }
    if (!root.isObject()) {
      throw new IOException(file + " must be a JSON object of tokens and their ids");
    }
    Map<String, Integer> ids = new HashMap<>();
    boolean[] taken = new boolean[root.size()];
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      JsonNode id = entry.getValue();
      boolean valid = id.isInt() && id.intValue() >= 0 && id.intValue() < taken.length;
      if (!valid || taken[id.intValue()]) {
        throw new IOException(
            String.format(
                "%s: id of token %s (=%s) must be an integer from 0 to %d that no other token has",
                file, entry.getKey(), id, taken.length - 1));
      }
      taken[id.intValue()] = true;
      ids.put(entry.getKey(), id.intValue());
    }
    return ids;
  }

  private static List<Merge> merges(String file, List<String> lines, int firstLine)
      throws IOException {
    List<Merge> merges = new ArrayList<>(lines.size());
    for (String line : lines) {
      int space = line.indexOf(' ');
      if (space < 1 || space == line.length() - 1 || line.indexOf(' ', space + 1) >= 0) {
        throw new IOException(
            String.format(
                "%s: line %d must be two tokens with a space between",
                file, firstLine + merges.size()));
      }
      merges.add(new Merge(line.substring(0, space), line.substring(space + 1)));
    }
    return merges;
  }

  private static void requireToken(Map<String, Integer> ids, String token, Path file)
      throws IOException {
    if (!ids.containsKey(token)) {
      throw new IOException(file + " must have the token " + token);
    }
  }

  private static String text(Path file) throws IOException {
    long size = Files.size(file);
    if (size > MAX_FILE_BYTES) {
      throw new IOException(
          String.format("size of %s (=%d bytes) must be at most %d", file, size, MAX_FILE_BYTES));
    }
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
