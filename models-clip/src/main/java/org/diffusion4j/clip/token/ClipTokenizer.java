package org.diffusion4j.clip.token;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.diffusion4j.core.InvalidFileException;
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

  /** A start and an end token. */
  static final int MIN_LENGTH = 2;

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
  private final int padToken;
  private final OptionalInt maxLength;

  /** Tokens that {@link #WORD} knows, and those that are looked for before a text is cleaned. */
  private final Map<String, Integer> specialIds = new HashMap<>();

  private final Optional<Pattern> literals;
  private final Map<String, int[]> cache = new ConcurrentHashMap<>();

  private ClipTokenizer(Vocabulary vocabulary, SpecialTokens special) {
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
    startToken = ids.get(special.bosToken());
    endToken = ids.get(special.eosToken());
    padToken = ids.get(special.padToken());
    maxLength = special.modelMaxLength();
    specialIds.put(Vocabulary.START, ids.get(Vocabulary.START));
    specialIds.put(Vocabulary.END, ids.get(Vocabulary.END));
    special.literals().forEach(token -> specialIds.put(token, ids.get(token)));
    literals = anyOf(special.literals());
  }

  /** Of several that begin at the same place, the longest. */
  private static Optional<Pattern> anyOf(Collection<String> literals) {
    if (literals.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Pattern.compile(
            literals.stream()
                .sorted(Comparator.comparing(String::length).reversed())
                .map(Pattern::quote)
                .collect(Collectors.joining("|"))));
  }

  /** The tokenizer of openai/CLIP and Stable Diffusion, with 49,408 tokens. */
  public static ClipTokenizer standard() {
    return Standard.TOKENIZER;
  }

  /**
   * The tokenizer of a transformers folder.
   *
   * <p>Read are {@code vocab.json} and {@code merges.txt}, and where they are there {@code
   * tokenizer_config.json}, {@code special_tokens_map.json} and {@code added_tokens.json}: the
   * start, end, pad and unknown token and the length. As in transformers, a text that holds one of
   * these tokens literally is cut there before anything else, so that with the pad token "!" of
   * Stable Diffusion 2 every exclamation mark becomes it. All tokens must be in {@code vocab.json}.
   * Other fields change no ids and are passed over.
   *
   * @throws InvalidFileException if a file that is needed is missing, too long, or not as
   *     transformers writes it
   * @throws IOException if a file cannot be read
   */
  public static ClipTokenizer read(Path folder) throws IOException {
    Path vocabJson = folder.resolve(Vocabulary.VOCABULARY_FILE);
    Vocabulary vocabulary = Vocabulary.read(vocabJson, folder.resolve(Vocabulary.MERGES_FILE));
    return of(vocabJson, vocabulary, SpecialTokens.read(folder, vocabulary.ids()));
  }

  /**
   * A tokenizer of a vocabulary with the start and end token of CLIP.
   *
   * @param vocabJson {@code vocab.json}, a JSON object of tokens and their ids
   * @param mergesTxt {@code merges.txt}, a pair of tokens a line, lowest rank first
   * @throws InvalidFileException if a file is missing, too long, or its content not as above
   * @throws IOException if a file cannot be read
   */
  public static ClipTokenizer read(Path vocabJson, Path mergesTxt) throws IOException {
    return of(vocabJson, Vocabulary.read(vocabJson, mergesTxt), SpecialTokens.standard());
  }

  private static ClipTokenizer of(Path file, Vocabulary vocabulary, SpecialTokens special) {
    try {
      return new ClipTokenizer(vocabulary, special);
    } catch (IllegalArgumentException e) {
      throw new InvalidFileException(file, e.getMessage(), e);
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

  /** The id that fills up what is left of a sequence. */
  public int padToken() {
    return padToken;
  }

  /** The number of ids that the model reads, where the tokenizer's files say. */
  public OptionalInt maxLength() {
    return maxLength;
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
        maxLength >= MIN_LENGTH,
        "maxLength",
        maxLength,
        "must be at least 2, for the start and the end token");
    int room = maxLength - MIN_LENGTH;
    int[] encoded = encode(text, room + 1);
    boolean truncated = encoded.length > room;
    return sequence(
        truncated ? Arrays.copyOf(encoded, room) : encoded, maxLength, padding, truncated);
  }

  /**
   * The token ids of a long text in sequences of a length, each between start and end token and
   * padded.
   *
   * @param length the number of ids of a sequence, at least 3
   * @param maxChunks the most sequences; what is left of the text is cut off, as the last then says
   * @return one sequence or more: an empty text has one too
   * @throws IllegalArgumentException if length is less than 3 or maxChunks not positive
   */
  public List<TokenSequence> encodeChunks(String text, int length, int maxChunks, Padding padding) {
    Require.atLeast("length", length, MIN_LENGTH + 1);
    Require.positive("maxChunks", maxChunks);
    int room = length - MIN_LENGTH;
    int most = Math.multiplyExact(room, maxChunks);
    int[] encoded = encode(text, most + 1);
    int used = Math.min(encoded.length, most);
    List<TokenSequence> chunks = new ArrayList<>();
    int start = 0;
    do {
      int end = Math.min(used, start + room);
      chunks.add(
          sequence(
              Arrays.copyOfRange(encoded, start, end),
              length,
              padding,
              end == most && encoded.length > most));
      start = end;
    } while (start < used);
    return chunks;
  }

  /** Tokens between start and end token, padded. */
  private TokenSequence sequence(int[] tokens, int length, Padding padding, boolean truncated) {
    int[] ids = new int[length];
    Arrays.fill(
        ids,
        switch (padding) {
          case PAD_TOKEN -> padToken;
          case END_TOKEN -> endToken;
          case ZERO -> 0;
        });
    ids[0] = startToken;
    System.arraycopy(tokens, 0, ids, 1, tokens.length);
    ids[tokens.length + 1] = endToken;
    return new TokenSequence(ids, tokens.length + MIN_LENGTH, truncated);
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
    IdList ids = new IdList();
    int start = 0;
    if (literals.isPresent()) {
      Matcher literal = literals.get().matcher(text);
      while (ids.size() < enough && literal.find()) {
        encodeWords(text.substring(start, literal.start()), enough, ids);
        ids.add(specialIds.get(literal.group()));
        start = literal.end();
      }
    }
    encodeWords(text.substring(start), enough, ids);
    return ids.toArray();
  }

  private void encodeWords(String text, int enough, IdList ids) {
    Matcher words = WORD.matcher(TextCleaner.clean(text));
    while (ids.size() < enough && words.find()) {
      ids.add(encodeWord(words.group()));
    }
  }

  private int[] encodeWord(String word) {
    if (word.equals(Vocabulary.START) || word.equals(Vocabulary.END)) {
      return new int[] {specialIds.get(word)};
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
        return new ClipTokenizer(Vocabulary.shipped(), SpecialTokens.standard());
      } catch (IOException e) {
        throw new UncheckedIOException("the shipped vocabulary cannot be read", e);
      }
    }
  }
}
