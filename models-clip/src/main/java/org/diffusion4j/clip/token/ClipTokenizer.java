package org.diffusion4j.clip.token;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.diffusion4j.core.check.Require;

/**
 * The byte-pair tokenizer of CLIP (Radford et al. 2021, Learning Transferable Visual Models From
 * Natural Language Supervision).
 *
 * <p>A text is cleaned (HTML references read twice, NFC, white space collapsed and stripped, lower
 * case), split into words, numbers' digits and runs of punctuation, and each of these is merged
 * from bytes to tokens. The ids are those of openai/CLIP and of transformers' {@code
 * CLIPTokenizer}, but for texts that the Python package ftfy repairs there: mis-decoded text
 * ("Ã©"), curly quotes, ligatures ("ﬁ"), full-width forms, byte order marks, control characters and
 * terminal escapes are encoded here as they stand. Unpaired surrogates are read as "?".
 *
 * <p>Time and memory are close to linear in the text, whatever it holds. Safe for use by several
 * threads.
 */
public final class ClipTokenizer {
  /** The number of tokens that CLIP's text encoders read. */
  public static final int CONTEXT_LENGTH = 77;

  private static final Pattern WORD =
      Pattern.compile(
          "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d"
              + "|\\p{L}+|\\p{N}|[^\\p{IsWhite_Space}\\p{L}\\p{N}]+",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

  private static final int MAX_CACHED_WORDS = 1 << 14;
  private static final int MAX_CACHED_WORD_LENGTH = 32;

  private final BytePairEncoder encoder;
  private final int[] byteIds = new int[ByteAlphabet.BYTES];
  private final int[] lastByteIds = new int[ByteAlphabet.BYTES];
  private final byte[][] bytesOfId;
  private final int startToken;
  private final int endToken;
  private final Map<String, int[]> cache = new ConcurrentHashMap<>();

  private ClipTokenizer(Vocabulary vocabulary) {
    Map<String, Integer> ids = vocabulary.ids();
    Map<Long, Long> merges = new HashMap<>();
    for (int rank = 0; rank < vocabulary.merges().size(); rank++) {
      Vocabulary.Merge merge = vocabulary.merges().get(rank);
      merges.put(
          BytePairEncoder.pack(ids.get(merge.left()), ids.get(merge.right())),
          BytePairEncoder.pack(rank, ids.get(merge.merged())));
    }
    encoder = new BytePairEncoder(merges);
    for (int b = 0; b < ByteAlphabet.BYTES; b++) {
      byteIds[b] = ids.get(String.valueOf(ByteAlphabet.character(b)));
      lastByteIds[b] = ids.get(ByteAlphabet.character(b) + Vocabulary.WORD_END);
    }
    bytesOfId = new byte[ids.size()][];
    ids.forEach((token, id) -> bytesOfId[id] = ByteAlphabet.bytes(token));
    startToken = ids.get(Vocabulary.START);
    endToken = ids.get(Vocabulary.END);
  }

  /** The tokenizer of openai/CLIP and Stable Diffusion, with 49,408 tokens. */
  public static ClipTokenizer standard() {
    return Standard.TOKENIZER;
  }

  /**
   * The tokenizer of a transformers model folder.
   *
   * @param vocabJson {@code vocab.json}, a JSON object of tokens and their ids
   * @param mergesTxt {@code merges.txt}, a pair of tokens a line, lowest rank first
   * @throws IOException if a file cannot be read, or its content is not as above; the message names
   *     the file and the rule
   */
  public static ClipTokenizer read(Path vocabJson, Path mergesTxt) throws IOException {
    Vocabulary vocabulary = Vocabulary.read(vocabJson, mergesTxt);
    try {
      return new ClipTokenizer(vocabulary);
    } catch (IllegalArgumentException e) {
      throw new IOException(vocabJson + ": " + e.getMessage(), e);
    }
  }

  /** The number of tokens. */
  public int vocabularySize() {
    return bytesOfId.length;
  }

  /** The id that stands before every text. */
  public int startToken() {
    return startToken;
  }

  /** The id that stands after every text. */
  public int endToken() {
    return endToken;
  }

  /**
   * The token ids of a text, without start and end tokens.
   *
   * <p>A literal {@code <|startoftext|>} or {@code <|endoftext|>} in the text becomes that token.
   */
  public int[] encode(String text) {
    return encode(text, Integer.MAX_VALUE);
  }

  /**
   * The token ids of a text between start and end token, padded or cut to a length.
   *
   * @param maxLength the number of ids, at least 2; usually {@link #CONTEXT_LENGTH}
   * @throws IllegalArgumentException if maxLength is less than 2
   */
  public TokenSequence encodePadded(String text, int maxLength, Padding padding) {
    Require.that(
        maxLength >= 2,
        "maxLength",
        maxLength,
        "must be at least 2, for the start and the end token");
    int room = maxLength - 2;
    int[] encoded = encode(text, maxLength);
    boolean truncated = encoded.length > room;
    int textTokens = Math.min(encoded.length, room);

    int[] ids = new int[maxLength];
    Arrays.fill(ids, padding == Padding.END_TOKEN ? endToken : 0);
    ids[0] = startToken;
    System.arraycopy(encoded, 0, ids, 1, textTokens);
    ids[textTokens + 1] = endToken;
    return new TokenSequence(ids, textTokens + 2, truncated);
  }

  /**
   * The text of token ids: lower case, a space after every word.
   *
   * <p>Bytes that are not UTF-8 become U+FFFD.
   *
   * @throws IllegalArgumentException if an id is not in the vocabulary
   */
  public String decode(int... ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      Require.inRange("id", id, 0, bytesOfId.length - 1);
      bytes.writeBytes(bytesOfId[id]);
    }
    return bytes.toString(StandardCharsets.UTF_8).replace(Vocabulary.WORD_END, " ");
  }

  /** The ids of a text, no words after the one with which there are at least {@code enough}. */
  private int[] encode(String text, int enough) {
    int[] ids = new int[16];
    int size = 0;
    Matcher words = WORD.matcher(TextCleaner.clean(text));
    while (size < enough && words.find()) {
      int[] word = encodeWord(words.group());
      if (size + word.length > ids.length) {
        ids = Arrays.copyOf(ids, Math.max(size + word.length, 2 * ids.length));
      }
      System.arraycopy(word, 0, ids, size, word.length);
      size += word.length;
    }
    return Arrays.copyOf(ids, size);
  }

  private int[] encodeWord(String word) {
    if (word.equals(Vocabulary.START)) {
      return new int[] {startToken};
    } else if (word.equals(Vocabulary.END)) {
      return new int[] {endToken};
    }
    int[] ids = cache.get(word);
    if (ids == null) {
      ids = merge(word);
      if (word.length() <= MAX_CACHED_WORD_LENGTH && cache.size() < MAX_CACHED_WORDS) {
        cache.put(word, ids);
      }
    }
    return ids;
  }

  private int[] merge(String word) {
    byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
    int[] symbols = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      symbols[i] = byteIds[Byte.toUnsignedInt(bytes[i])];
    }
    int last = bytes.length - 1;
    symbols[last] = lastByteIds[Byte.toUnsignedInt(bytes[last])];
    return encoder.merge(symbols);
  }

  private static final class Standard {
    static final ClipTokenizer TOKENIZER = load();

    private static ClipTokenizer load() {
      try {
        return new ClipTokenizer(Vocabulary.shipped());
      } catch (IOException e) {
        throw new UncheckedIOException("the shipped vocabulary cannot be read", e);
      }
    }
  }
}
