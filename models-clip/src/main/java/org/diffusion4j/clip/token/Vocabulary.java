package org.diffusion4j.clip.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.diffusion4j.core.InvalidFileException;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.files.AtomicFiles;
import org.diffusion4j.core.files.TextFiles;

/**
 * The tokens and merges that a byte-pair tokenizer is made of.
 *
 * @param ids token to id, ids 0 to size - 1, each once
 * @param merges pairs of tokens, the first with the lowest rank
 */
record Vocabulary(Map<String, Integer> ids, List<Merge> merges) {
  static final String START = "<|startoftext|>";
  static final String END = "<|endoftext|>";

  static final String VOCABULARY_FILE = "vocab.json";
  static final String MERGES_FILE = "merges.txt";

  /** Begins the first line of merges, which transformers passes over whatever it says. */
  private static final String VERSION = "#version:";

  /** Marks a token that ends a word. */
  static final String WORD_END = "</w>";

  private static final String SHIPPED = "bpe_simple_vocab_16e6.txt.gz";

  /** What openai/CLIP and transformers read of a longer list: those that make 49,152 tokens. */
  private static final int SHIPPED_MERGES = 49152 - ByteAlphabet.BYTES - 2;

  /** Two tokens that become one. */
  record Merge(String left, String right) {
    String merged() {
      return left + right;
    }
  }

  /** The vocabulary of openai/CLIP, which Stable Diffusion uses too. */
  static Vocabulary shipped() throws IOException {
    try (InputStream packed = Vocabulary.class.getResourceAsStream(SHIPPED)) {
      return packed(Path.of(SHIPPED), packed);
    }
  }

  /**
   * A vocabulary as openai/CLIP publishes it: merges behind a line of comment, packed by gzip.
   *
   * @param file for messages
   * @throws InvalidFileException if it is damaged, unpacks to more than a file of texts may hold,
   *     or has other lines
   */
  static Vocabulary packed(Path file, InputStream packed) throws IOException {
    byte[] unpacked;
    try (InputStream text = new GZIPInputStream(packed)) {
      unpacked = text.readNBytes(TokenizerFile.MAX_BYTES + 1);
    } catch (EOFException | ZipException e) {
      throw new InvalidFileException(file, "must be packed by gzip", e);
    }
    if (unpacked.length > TokenizerFile.MAX_BYTES) {
      throw new InvalidFileException(
          file, "must be at most " + TokenizerFile.MAX_BYTES + " bytes when unpacked");
    }
    List<String> lines = TextFiles.decode(file, unpacked).lines().toList();
    // The first line is a version comment.
    int end = Math.min(lines.size(), 1 + SHIPPED_MERGES);
    List<Merge> merges = merges(file, lines.subList(Math.min(1, end), end), 2);

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
    List<String> lines = TokenizerFile.text(mergesTxt).strip().lines().toList();
    boolean versioned = !lines.isEmpty() && lines.get(0).startsWith(VERSION);
    int first = versioned ? 1 : 0;
    int end = Math.min(lines.size(), first + SHIPPED_MERGES);
    List<Merge> merges = merges(mergesTxt, lines.subList(first, end), first + 1);
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

  /** Writes {@code vocab.json} and {@code merges.txt} as transformers does. */
  void write(Path folder) throws IOException {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    ids.entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .forEach(token -> object.put(token.getKey(), token.getValue()));
    AtomicFiles.write(
        folder.resolve(VOCABULARY_FILE), object.toString().getBytes(StandardCharsets.UTF_8));
    StringBuilder lines = new StringBuilder(VERSION).append(" 0.2\n");
    for (Merge merge : merges) {
      lines.append(merge.left).append(' ').append(merge.right).append('\n');
    }
    AtomicFiles.write(
        folder.resolve(MERGES_FILE), lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, Integer> ids(Path file) throws IOException {
    ObjectNode root = TokenizerFile.object(file);
    Map<String, Integer> ids = new HashMap<>();
    boolean[] taken = new boolean[root.size()];
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      JsonNode id = entry.getValue();
      boolean valid = id.isInt() && id.intValue() >= 0 && id.intValue() < taken.length;
      if (!valid || taken[id.intValue()]) {
        throw new InvalidFileException(
            file,
            String.format(
                Locale.ROOT,
                "id of token %s (=%s) must be an integer from 0 to %d that no other token has",
                Texts.quote(entry.getKey()),
                Texts.quote(id.toString()),
                taken.length - 1));
      }
      taken[id.intValue()] = true;
      ids.put(entry.getKey(), id.intValue());
    }
    return ids;
  }

  private static List<Merge> merges(Path file, List<String> lines, int firstLine) {
    List<Merge> merges = new ArrayList<>(lines.size());
    for (String line : lines) {
      int space = line.indexOf(' ');
      if (space < 1 || space == line.length() - 1 || line.indexOf(' ', space + 1) >= 0) {
        throw new InvalidFileException(
            file,
            String.format(
                Locale.ROOT,
                "line %d must be two tokens with a space between",
                firstLine + merges.size()));
      }
      merges.add(new Merge(line.substring(0, space), line.substring(space + 1)));
    }
    return merges;
  }

  private static void requireToken(Map<String, Integer> ids, String token, Path file) {
    if (!ids.containsKey(token)) {
      throw new InvalidFileException(file, "must have the token " + Texts.quote(token));
    }
  }
}
