package org.diffusion4j.clip.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.diffusion4j.core.testing.ByteMutation;
import org.diffusion4j.core.testing.HostileFiles;
import org.diffusion4j.core.testing.HostileFiles.Reader;
import org.diffusion4j.core.testing.JsonMutation;
import org.diffusion4j.core.testing.Mutation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** The smallest tokenizer: bytes, the start and the end, and three merges. */
@Tag("slow")
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class ClipTokenizerFuzzTest {
  /** Bytes, bytes that end words, merges, start and end. */
  private static final int TOKENS = 2 * 256 + 3 + 2;

  /** The vocabulary's tokens as they are in memory, whichever file is another. */
  private static final long OTHER_FILES_BYTES = 1 << 20;

  /** The best that deflate can do, in texts of one byte a character and lists of lines. */
  private static final long BYTES_PER_PACKED_BYTE = 1032 * 64;

  /** What an unpacked vocabulary may take: 16 MiB, as bytes, as text and as lines. */
  private static final long MOST_UNPACKED = 64L * (16 << 20);

  private static final String MERGES = "#version: 0.2\na b</w>\na b\nab c\n";

  private static final String CONFIG =
      """
      {"tokenizer_class": "CLIPTokenizer", "model_max_length": 77, "pad_token": "!",
       "bos_token": {"content": "<|startoftext|>", "single_word": false, "lstrip": false},
       "additional_special_tokens": ["ab"],
       "added_tokens_decoder": {"0": {"content": "!", "special": true}},
       "truncation_side": "right"}
      """;

  private static final String MAP =
      """
      {"bos_token": "<|startoftext|>", "pad_token": {"content": "<|endoftext|>"}, "unk_token": "!"}
      """;

  @TempDir Path folder;

  @BeforeEach
  void writeTokenizer() throws IOException {
    Vocabulary vocabulary =
        Vocabulary.packed(folder, new ByteArrayInputStream(packed(MERGES.getBytes(UTF_8))));
    StringBuilder json = new StringBuilder();
    vocabulary
        .ids()
        .forEach(
            (token, id) ->
                json.append(json.isEmpty() ? "{" : ",")
                    .append('"')
                    .append(token.replace("\\", "\\\\").replace("\"", "\\\""))
                    .append("\":")
                    .append(id));
    Files.writeString(folder.resolve("vocab.json"), json.append('}'));
    Files.writeString(folder.resolve("merges.txt"), MERGES);
  }

  @Test
  void hostileVocabulariesAreReadOrRefused() throws Exception {
    feed(
        "vocab.json",
        List.of(Files.readAllBytes(folder.resolve("vocab.json"))),
        Mutation.anyOf(
            new ByteMutation(), new JsonMutation(), ClipTokenizerFuzzTest::withAnotherToken),
        file -> use(ClipTokenizer.read(folder)));
  }

  @Test
  void hostileMergesAreReadOrRefused() throws Exception {
    feed(
        "merges.txt",
        List.of(MERGES.getBytes(UTF_8), MERGES.substring(MERGES.indexOf('\n') + 1).getBytes(UTF_8)),
        new ByteMutation(),
        file -> use(ClipTokenizer.read(folder)));
  }

  @Test
  void hostileSettingsAreReadOrRefused() throws Exception {
    feed(
        "tokenizer_config.json",
        List.of(CONFIG.getBytes(UTF_8), MAP.getBytes(UTF_8)),
        Mutation.anyOf(new ByteMutation(), new JsonMutation()),
        file -> use(ClipTokenizer.read(folder)));
  }

  @Test
  void hostileSpecialTokensAreReadOrRefused() throws Exception {
    feed(
        "special_tokens_map.json",
        List.of(MAP.getBytes(UTF_8)),
        Mutation.anyOf(new ByteMutation(), new JsonMutation()),
        file -> use(ClipTokenizer.read(folder)));
  }

  @Test
  void hostileAddedTokensAreReadOrRefused() throws Exception {
    feed(
        "added_tokens.json",
        List.of("{\"!\": 0, \"b\": 65}".getBytes(UTF_8)),
        Mutation.anyOf(new ByteMutation(), new JsonMutation()),
        file -> use(ClipTokenizer.read(folder)));
  }

  @Test
  void hostilePackedVocabulariesAreReadOrRefused() throws Exception {
    feed(
        "vocabulary.gz",
        List.of(packed(MERGES.getBytes(UTF_8))),
        Mutation.anyOf(new ByteMutation(), ClipTokenizerFuzzTest::otherText),
        bytes -> OTHER_FILES_BYTES + Math.min(MOST_UNPACKED, BYTES_PER_PACKED_BYTE * bytes.length),
        file -> {
          try (InputStream stream = Files.newInputStream(file)) {
            Vocabulary.packed(file, stream);
          }
        });
  }

  private void feed(String name, List<byte[]> corpus, Mutation mutation, Reader reader)
      throws Exception {
    feed(
        name,
        corpus,
        mutation,
        bytes -> OTHER_FILES_BYTES + HostileFiles.JSON_TREE.applyAsLong(bytes),
        reader);
  }

  private void feed(
      String name,
      List<byte[]> corpus,
      Mutation mutation,
      ToLongFunction<byte[]> maxBytes,
      Reader reader)
      throws Exception {
    new HostileFiles(folder.resolve(name), corpus, mutation, maxBytes).assertReadsOrRefuses(reader);
  }

  /** A tokenizer that was read can be used. */
  private static void use(ClipTokenizer tokenizer) {
    tokenizer.encodePadded("abc ab! é <|endoftext|>", 7, Padding.PAD_TOKEN);
  }

  /** One more, most often of characters that stand for bytes. */
  private static byte[] withAnotherToken(byte[] vocabulary, RandomGenerator random) {
    String json = new String(vocabulary, UTF_8);
    String token = random.ints(3, 'a', 512).mapToObj(Character::toString).collect(joining());
    String open = json.substring(0, json.lastIndexOf('}'));
    return (open + ",\"" + token + "\":" + TOKENS + "}").getBytes(UTF_8);
  }

  private static byte[] otherText(byte[] original, RandomGenerator random) {
    try (InputStream text = new GZIPInputStream(new ByteArrayInputStream(original))) {
      return packed(new ByteMutation().of(text.readAllBytes(), random));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] packed(byte[] text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(text);
    }
    return out.toByteArray();
  }
}
