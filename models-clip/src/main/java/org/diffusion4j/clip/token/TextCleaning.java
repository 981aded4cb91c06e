package org.diffusion4j.clip.token;

/** What is done to a text before it is split into words; models in use were trained with either. */
public enum TextCleaning {
  /**
   * As openai/CLIP does, and transformers where the Python package ftfy is installed.
   *
   * <p>Text is repaired (see {@link ClipTokenizer}), HTML references are read, white space is
   * collapsed and stripped, and letters become lower case.
   */
  FTFY {
    @Override
    public String clean(String text) {
      return TextCleaner.clean(text);
    }
  },

  /**
   * As transformers' {@code CLIPTokenizer} does where ftfy is not installed.
   *
   * <p>Control and format characters are dropped, Chinese characters stand apart, white space is
   * collapsed and stripped, characters are composed (NFC), and letters become lower case.
   */
  BASIC {
    @Override
    public String clean(String text) {
      return BasicCleaner.clean(text);
    }
  };

  /** The cleaned text, which is then split into words. */
  public abstract String clean(String text);
}
