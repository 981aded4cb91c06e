package org.diffusion4j.core.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.diffusion4j.core.check.Require;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Pictures of one size in rows and columns, with captions.
 *
 * <p>Captions are drawn with a font of the framework's own, so they look the same everywhere. They
 * are broken into lines, and cut with an ellipsis after the third.
 *
 * @param columns pictures in a row
 * @param scale the side of the square that a pixel is drawn as
 */
public record ImageGrid(int columns, int scale) {
  private static final int MARGIN = 16;
  private static final int GAP = 10;
  private static final int CAPTION_GAP = 5;
  private static final int LINE_SPACING = 2;
  private static final int MAX_LINES = 3;
  private static final int ROW_CAPTION_WIDTH = 150;
  private static final int READABLE_WIDTH = 96;

  /** The text grows by one pixel a dot for every so many pixels of a picture's width. */
  private static final int WIDTH_PER_TEXT_SCALE = 256;

  public ImageGrid {
    Require.positive("columns", columns);
    Require.positive("scale", scale);
  }

  /**
   * A grid whose scale makes pictures at least 96 pixels wide, so that captions find room.
   *
   * @param imageWidth the width of the pictures that it is for, in pixels
   */
  public static ImageGrid readable(int columns, int imageWidth) {
    Require.positive("imageWidth", imageWidth);
    return new ImageGrid(columns, Math.max(1, (READABLE_WIDTH + imageWidth - 1) / imageWidth));
  }

  /**
   * The grid without captions.
   *
   * @param images [n,c,h,w] in [-1,1] with c 1 or 3
   */
  public PixelImage draw(INDArray images) {
    List<PixelImage> pictures = pictures(images);
    return draw(pictures, pictures.stream().map(picture -> List.<String>of()).toList());
  }

  /**
   * The grid with a caption under each picture.
   *
   * @param images [n,c,h,w] in [-1,1] with c 1 or 3
   * @param captions n texts
   * @throws IllegalArgumentException if there are not n captions
   */
  public PixelImage draw(INDArray images, List<String> captions) {
    List<PixelImage> pictures = pictures(images);
    checkCount(captions, pictures.size(), "images");
    int width = pictures.get(0).width() / textScale(pictures.get(0));
    return draw(
        pictures,
        captions.stream()
            .map(text -> TextLines.wrap(text, BitmapFont.helvetica(), width, MAX_LINES))
            .toList());
  }

  /**
   * The grid with a caption to the left of each row.
   *
   * @param images [n,c,h,w] in [-1,1] with c 1 or 3
   * @param rowCaptions one text a row
   * @throws IllegalArgumentException if there are not as many captions as rows
   */
  public PixelImage drawRows(INDArray images, List<String> rowCaptions) {
    List<PixelImage> pictures = pictures(images);
    int rows = rows(pictures);
    checkCount(rowCaptions, rows, "rows");
    BitmapFont font = BitmapFont.helvetica();
    int textScale = textScale(pictures.get(0));
    List<List<String>> lines =
        rowCaptions.stream()
            .map(text -> TextLines.wrap(text, font, ROW_CAPTION_WIDTH, MAX_LINES))
            .toList();
    int captionWidth =
        lines.stream().flatMap(List::stream).mapToInt(font::width).max().orElse(0) * textScale;
    int cellHeight = pictures.get(0).height();
    int cellWidth = pictures.get(0).width();
    int left = MARGIN + captionWidth + GAP;
    int height = Math.max(cellHeight, textHeight(MAX_LINES, textScale));
    Page page =
        new Page(
            2 * MARGIN + rows * height + (rows - 1) * GAP,
            left + usedColumns(pictures) * (cellWidth + GAP) - GAP + MARGIN);
    for (int row = 0; row < rows; row++) {
      int top = MARGIN + row * (height + GAP);
      int textTop = top + (height - textHeight(lines.get(row).size(), textScale)) / 2;
      for (String line : lines.get(row)) {
        int x = left - GAP - font.width(line) * textScale;
        page.text(line, x, textTop, textScale);
        textTop += (font.lineHeight() + LINE_SPACING) * textScale;
      }
      for (int column = 0; column < columns && row * columns + column < pictures.size(); column++) {
        PixelImage picture = pictures.get(row * columns + column);
        page.picture(picture, left + column * (cellWidth + GAP), top + (height - cellHeight) / 2);
      }
    }
    return page.image();
  }

  private PixelImage draw(List<PixelImage> pictures, List<List<String>> captions) {
    BitmapFont font = BitmapFont.helvetica();
    int textScale = textScale(pictures.get(0));
    int cellHeight = pictures.get(0).height();
    int cellWidth = pictures.get(0).width();
    int[] tops = new int[rows(pictures) + 1];
    tops[0] = MARGIN;
    for (int row = 0; row < tops.length - 1; row++) {
      int end = Math.min(pictures.size(), (row + 1) * columns);
      int lines =
          captions.subList(row * columns, end).stream().mapToInt(List::size).max().orElse(0);
      int captionHeight = lines == 0 ? 0 : CAPTION_GAP + textHeight(lines, textScale);
      tops[row + 1] = tops[row] + cellHeight + captionHeight + GAP;
    }
    Page page =
        new Page(
            tops[tops.length - 1] - GAP + MARGIN,
            2 * MARGIN + usedColumns(pictures) * (cellWidth + GAP) - GAP);
    for (int i = 0; i < pictures.size(); i++) {
      int left = MARGIN + i % columns * (cellWidth + GAP);
      int top = tops[i / columns];
      page.picture(pictures.get(i), left, top);
      int textTop = top + cellHeight + CAPTION_GAP;
      for (String line : captions.get(i)) {
        page.text(line, left + (cellWidth - font.width(line) * textScale) / 2, textTop, textScale);
        textTop += (font.lineHeight() + LINE_SPACING) * textScale;
      }
    }
    return page.image();
  }

  private List<PixelImage> pictures(INDArray images) {
    Require.that(
        images.rank() == 4 && images.size(0) > 0,
        "shape of images",
        Arrays.toString(images.shape()),
        "must be [n, c, h, w]");
    List<PixelImage> pictures = new ArrayList<>();
    for (long i = 0; i < images.size(0); i++) {
      INDArrayIndex[] one = {
        NDArrayIndex.interval(i, i + 1), NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.all()
      };
      pictures.add(PixelImage.of(images.get(one)).enlarged(scale));
    }
    return pictures;
  }

  private int rows(List<PixelImage> pictures) {
    return (pictures.size() + columns - 1) / columns;
  }

  private int usedColumns(List<PixelImage> pictures) {
    return Math.min(columns, pictures.size());
  }

  private static int textScale(PixelImage picture) {
    return Math.max(1, picture.width() / WIDTH_PER_TEXT_SCALE);
  }

  private static int textHeight(int lines, int textScale) {
    int lineHeight = BitmapFont.helvetica().lineHeight();
    return lines == 0 ? 0 : (lines * (lineHeight + LINE_SPACING) - LINE_SPACING) * textScale;
  }

  private static void checkCount(List<String> captions, int count, String of) {
    Require.equal("number of captions", captions.size(), "number of " + of, count);
  }
}
