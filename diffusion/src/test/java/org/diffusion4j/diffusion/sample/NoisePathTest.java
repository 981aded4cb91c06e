package org.diffusion4j.diffusion.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.diffusion4j.diffusion.schedule.NoiseLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class NoisePathTest {
  /** Of two steps, from sigma 3 over 2 to 0; the model sees a fifth of the sample, then half. */
  private static final NoisePath PATH =
      NoisePath.varianceExploding(
          new double[] {11, 7}, new double[] {3, 2, 0}, sigma -> sigma == 3 ? 0.2 : 0.5, 5);

  @Test
  void theModelIsCalledOnTheScaledSample() {
    assertEquals(new NoiseLevel(1, 3), PATH.at(0));
    assertEquals(new NoiseLevel(0.2, 0.2 * 3), PATH.level(0));
    assertEquals(new NoiseLevel(0.5, 1), PATH.level(1));
    float[] sample = {10, -20};
    assertArrayEquals(new float[] {2, -4}, PATH.scaleModelInput(sample, 0));
    assertArrayEquals(new float[] {10, -20}, sample);
  }

  @Test
  void aStepLeadsToTheNextLevel() {
    assertEquals(2, PATH.nextSigma(0));
    assertEquals(0, PATH.nextSigma(1));
    assertEquals(5, PATH.initNoiseSigma());
  }

  @Test
  void sigmasThatAreOnlyToldChangeNoLevel() {
    NoisePath told = PATH.telling(new double[] {13});
    assertArrayEquals(new double[] {13}, told.sigmas());
    assertArrayEquals(new double[] {3, 2, 0}, PATH.sigmas());
    assertEquals(PATH.level(1), told.level(1));
  }

  @Test
  void whatIsReturnedIsACopy() {
    PATH.timesteps()[0] = -1;
    PATH.sigmas()[0] = -1;
    assertArrayEquals(new double[] {11, 7}, PATH.timesteps());
    assertEquals(3, PATH.sigmas()[0]);
  }

  @Test
  void timestepsAloneTellNoSigmasAndLeadNowhere() {
    NoisePath path =
        NoisePath.ofTimesteps(new int[] {5, 2}, t -> NoiseLevel.ofAlphaCumprod(1.0 / t));
    assertArrayEquals(new double[0], path.sigmas());
    assertArrayEquals(new double[] {5, 2}, path.timesteps());
    assertEquals(NoiseLevel.ofAlphaCumprod(0.2), path.level(0));
    assertEquals(1, path.initNoiseSigma());
    assertMessage("index (=1) must be from 0 to 0", () -> path.next(1));
  }

  @Test
  void anIndexIsThatOfATimestep() {
    assertMessage("index (=2) must be from 0 to 1", () -> PATH.level(2));
    assertMessage("index (=-1) must be from 0 to 1", () -> PATH.scaleModelInput(new float[1], -1));
    assertMessage("index (=2) must be from 0 to 1", () -> PATH.next(2));
  }

  @Test
  void everyTimestepHasALevelToLeadTo() {
    assertMessage(
        "timesteps (=2) must be at most sigmas less one (=1)",
        () -> NoisePath.ofSigmas(new double[] {11, 7}, new double[] {3, 2}, NoiseLevel::ofRatio));
  }

  private static void assertMessage(String message, Executable executable) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, executable).getMessage());
  }
}
