package org.diffusion4j.clip.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.diffusion4j.clip.token.ClipTokenizer;
import org.diffusion4j.clip.token.Padding;
import org.diffusion4j.clip.token.TextCleaning;
import org.diffusion4j.clip.token.TokenSequence;
import org.diffusion4j.core.check.Texts;
import org.diffusion4j.core.files.FileLookup;
import org.diffusion4j.core.verify.Comparison;
import org.diffusion4j.core.verify.GoldenFile;
import org.diffusion4j.core.verify.JsonFields;
import org.diffusion4j.core.verify.Tolerance;
import org.diffusion4j.core.verify.UnsupportedCaseException;
import org.diffusion4j.core.verify.VerifiableCase;
import org.diffusion4j.core.verify.Verifier;

/**
 * Verifies CLIP's tokenizer: the golden data in folders named {@code tokenizer}, made with
 * openai/CLIP and with transformers' {@code CLIPTokenizer}.
 *
 * <p>Every text is a case. The vocabulary is the one that ships or, for what transformers gave,
 * that of the folder {@code hf} if there is one. All of it is plain Java, the same on every target.
 */
public final class TokenizerVerifier implements Verifier {
  /** Says for which texts the repairs of ftfy matter, but nothing to compute. */
  private static final String NOTE = "ftfy_dependence";

  /** Compares what a tokenizer gives for one text. */
  @FunctionalInterface
  private interface TextCheck {
    void run(JsonFields text, Comparison comparison);
  }

  @Override
  public String folder() {
    return "tokenizer";
  }

  @Override
  public List<VerifiableCase> cases(Path folder) throws IOException {
    Path files = folder.resolve("hf");
    ClipTokenizer transformers =
        FileLookup.isFolder(files) ? ClipTokenizer.read(files) : ClipTokenizer.standard();
    List<VerifiableCase> cases = new ArrayList<>();
    for (GoldenFile file : GoldenFile.openAll(folder)) {
      if (file.name().equals(NOTE)) {
        continue;
      }
      TextCheck check = check(file, transformers);
      List<JsonFields> texts = file.fields().objects("cases");
      for (int i = 0; i < texts.size(); i++) {
        JsonFields text = texts.get(i);
        cases.add(
            new VerifiableCase(
                Texts.quote(file.name() + "/" + i),
                (target, comparison) -> check.run(text, comparison)));
      }
    }
    return cases;
  }

  private static TextCheck check(GoldenFile file, ClipTokenizer transformers) {
    return switch (file.name()) {
      case "openai_clip_tokens" ->
          (text, comparison) -> compareWithOpenAi(file.fields(), text, comparison);
      case "hf_tokens" ->
          (text, comparison) -> compareWithTransformers(transformers, text, comparison);
      case "hf_no_ftfy_tokens" -> {
        ClipTokenizer basic = transformers.withCleaning(TextCleaning.BASIC);
        yield (text, comparison) -> compareWithTransformers(basic, text, comparison);
      }
      default -> {
        String reason = "no tokenizer for " + Texts.quote(file.name());
        yield (text, comparison) -> {
          throw new UnsupportedCaseException(reason);
        };
      }
    };
  }

  private static void compareWithOpenAi(
      JsonFields ofAll, JsonFields expected, Comparison comparison) {
    ClipTokenizer tokenizer = ClipTokenizer.standard();
    String text = expected.text("text");
    compare(comparison, "start", ofAll.integer("start"), tokenizer.startToken());
    compare(comparison, "end", ofAll.integer("end"), tokenizer.endToken());
    compare(comparison, "cleaned", expected.text("cleaned"), TextCleaning.FTFY.clean(text));
    compare(comparison, "ids", expected.integers("ids"), tokenizer.encode(text));
    long[] padded = expected.integers("padded77");
    TokenSequence actual =
        tokenizer.encodePadded(text, ofAll.integer("context_length"), Padding.ZERO);
    compare(comparison, "padded77", padded, actual.ids());
    compare(
        comparison, "truncated", expected.flag("truncated") ? 1 : 0, actual.truncated() ? 1 : 0);
    compare(
        comparison, "decoded", expected.text("decoded"), tokenizer.decode(tokenizer.encode(text)));
    requireAllRead(expected);
  }

  private static void compareWithTransformers(
      ClipTokenizer tokenizer, JsonFields expected, Comparison comparison) {
    long[] ids = expected.integers("input_ids");
    TokenSequence actual =
        tokenizer.encodePadded(expected.text("text"), ids.length, Padding.PAD_TOKEN);
    compare(comparison, "input_ids", ids, actual.ids());
    if (expected.has("attention_mask")) {
      compare(
          comparison,
          "attention_mask",
          expected.integers("attention_mask"),
          actual.attentionMask());
    }
    requireAllRead(expected);
  }

  private static void requireAllRead(JsonFields text) {
    if (!text.unread().isEmpty()) {
      throw new UnsupportedCaseException(
          "no tokenizer that gives " + Texts.quote(String.join(", ", text.unread())));
    }
  }

  private static void compare(Comparison comparison, String what, int expected, int actual) {
    comparison.compare(what, expected, actual, Tolerance.EXACT);
  }

  private static void compare(Comparison comparison, String what, long[] expected, int[] actual) {
    comparison.compare(
        what,
        Arrays.stream(expected).asDoubleStream().toArray(),
        Arrays.stream(actual).asDoubleStream().toArray(),
        Tolerance.EXACT);
  }

  private static void compare(Comparison comparison, String what, String expected, String actual) {
    comparison.compare(
        what,
        expected.codePoints().asDoubleStream().toArray(),
        actual.codePoints().asDoubleStream().toArray(),
        Tolerance.EXACT);
  }
}
