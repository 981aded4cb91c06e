package org.diffusion4j.core.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Pixels to the bytes of a PNG file. */
final class PngEncoder {
  private static final String NATIVE_FORMAT = "javax_imageio_png_1.0";

  /** PNG specification, 11.3.4.1 Keywords and text strings. */
  private static final int MAX_KEYWORD_LENGTH = 79;

  private PngEncoder() {}

  static void encode(PixelImage image, Map<String, String> texts, OutputStream out)
      throws IOException {
    BufferedImage buffered = toBufferedImage(image);
    ImageWriter writer = JdkCodecs.pngWriter();
    try (ImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
      IIOMetadata metadata =
          writer.getDefaultImageMetadata(
              ImageTypeSpecifier.createFromRenderedImage(buffered), writer.getDefaultWriteParam());
      if (!texts.isEmpty()) {
        metadata.mergeTree(NATIVE_FORMAT, textTree(texts));
      }
      writer.setOutput(stream);
      writer.write(new IIOImage(buffered, null, metadata));
    } finally {
      writer.dispose();
    }
  }

  private static BufferedImage toBufferedImage(PixelImage image) {
    boolean gray = image.channels() == 1;
    int type = gray ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR;
    BufferedImage buffered = new BufferedImage(image.width(), image.height(), type);
    byte[] target = ((DataBufferByte) buffered.getRaster().getDataBuffer()).getData();
    int channels = image.channels();
    int size = image.height() * image.width();
    for (int channel = 0; channel < channels; channel++) {
      int reversed = channels - 1 - channel;
      for (int i = 0; i < size; i++) {
        target[i * channels + reversed] = image.values()[channel * size + i];
      }
    }
    return buffered;
  }

  private static IIOMetadataNode textTree(Map<String, String> texts) {
    IIOMetadataNode latin = new IIOMetadataNode("tEXt");
    IIOMetadataNode international = new IIOMetadataNode("iTXt");
    texts.forEach(
        (keyword, text) -> {
          checkKeyword(keyword);
          checkText(keyword, text);
          if (isLatin1(text)) {
            IIOMetadataNode entry = new IIOMetadataNode("tEXtEntry");
            entry.setAttribute("keyword", keyword);
            entry.setAttribute("value", text);
            latin.appendChild(entry);
          } else {
            IIOMetadataNode entry = new IIOMetadataNode("iTXtEntry");
            entry.setAttribute("keyword", keyword);
            entry.setAttribute("compressionFlag", "FALSE");
            entry.setAttribute("compressionMethod", "0");
            entry.setAttribute("languageTag", "");
            entry.setAttribute("translatedKeyword", "");
            entry.setAttribute("text", text);
            international.appendChild(entry);
          }
        });
    IIOMetadataNode root = new IIOMetadataNode(NATIVE_FORMAT);
    if (latin.hasChildNodes()) {
      root.appendChild(latin);
    }
    if (international.hasChildNodes()) {
      root.appendChild(international);
    }
    return root;
  }

  private static void checkKeyword(String keyword) {
    boolean printable =
        keyword.chars().allMatch(c -> (c >= ' ' && c <= '~') || (c > 0xa0 && c <= 0xff));
    if (keyword.isBlank()
        || keyword.length() > MAX_KEYWORD_LENGTH
        || !keyword.equals(keyword.strip())
        || keyword.contains("  ")
        || !printable) {
      throw new IllegalArgumentException(
          "keyword (="
              + keyword
              + ") must be 1 to "
              + MAX_KEYWORD_LENGTH
              + " printable Latin-1 characters with single spaces inside only");
    }
  }

  private static void checkText(String keyword, String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("text of " + keyword + " must not hold character 0");
    }
  }

  private static boolean isLatin1(String text) {
    return StandardCharsets.ISO_8859_1.newEncoder().canEncode(text);
  }
}
