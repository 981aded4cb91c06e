package org.diffusion4j.examples.convergence;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.diffusion4j.core.files.AtomicFiles;
import org.diffusion4j.diffusion.sample.SchedulerType;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The errors of samplers as curves on logarithmic axes, on which an order is a slope. */
public final class ConvergenceChart {
  private static final int WIDTH = 1100;
  private static final int HEIGHT = 800;

  /** Below it is nothing but rounding of float32. */
  private static final double MIN_ERROR = 1e-7;

  /** Neighbours among the colours differ in these too. */
  private static final BasicStroke[] LINES = {
    SeriesLines.SOLID, SeriesLines.DASH_DASH, SeriesLines.DOT_DOT
  };

  private ConvergenceChart() {}

  /** Writes a PNG; an existing file is replaced only when the new one is complete. */
  public static void write(Path file, Map<SchedulerType, List<Convergence.Point>> curves)
      throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Samplers on Gaussian data with a perfect model")
            .xAxisTitle("steps (calls of the model)")
            .yAxisTitle("error (2-Wasserstein, in standard deviations)")
            .build();
    chart
        .getStyler()
        .setXAxisLogarithmic(true)
        .setYAxisLogarithmic(true)
        .setSeriesColors(colors(curves.size()))
        .setChartBackgroundColor(Color.WHITE);
    List<SchedulerType> types = List.copyOf(curves.keySet());
    for (int i = 0; i < types.size(); i++) {
      List<Convergence.Point> points = curves.get(types.get(i));
      XYSeries series =
          chart.addSeries(
              types.get(i).name().toLowerCase(Locale.ROOT),
              points.stream().mapToDouble(Convergence.Point::steps).toArray(),
              points.stream().mapToDouble(point -> Math.max(point.error(), MIN_ERROR)).toArray());
      series.setLineStyle(LINES[i % LINES.length]);
      series.setMarker(SeriesMarkers.NONE);
    }
    AtomicFiles.write(file, ChartEncoder.getBytes(chart, "png"));
  }

  /** All around the colour wheel, dark enough for a white ground. */
  private static Color[] colors(int count) {
    Color[] colors = new Color[count];
    Arrays.setAll(colors, i -> Color.getHSBColor(i / (float) count, 1, 0.75f));
    return colors;
  }
}
