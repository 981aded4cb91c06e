package org.diffusion4j.vae;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names that the attention of autoencoders has had in files. */
final class AttentionNames {
  private static final Pattern OLD =
      Pattern.compile("(.*\\.attentions\\.\\d+\\.)(query|key|value|proj_attn)(\\.(?:weight|bias))");

  private static final Map<String, String> PROJECTIONS =
      Map.of("query", "to_q", "key", "to_k", "value", "to_v", "proj_attn", "to_out.0");

  private AttentionNames() {}

  /** The present name of a parameter that a file may hold under its old one. */
  static String present(String name) {
    Matcher old = OLD.matcher(name);
    return old.matches() ? old.group(1) + PROJECTIONS.get(old.group(2)) + old.group(3) : name;
  }
}
