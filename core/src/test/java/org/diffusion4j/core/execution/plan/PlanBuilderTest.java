package org.diffusion4j.core.execution.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Plans whose steps say where their values are. */
class PlanBuilderTest {
  private static final long BEGIN = 640;

  private final PlanBuilder builder = new PlanBuilder();
  private final List<Long> addresses = new ArrayList<>();

  private View allocate(long values) {
    return builder.allocate(ElementType.F32, new long[] {values}, new long[] {1});
  }

  private void touch(View... views) {
    List<View> all = List.of(views);
    builder.add(
        all.stream().map(View::storage).toList(),
        () -> () -> all.forEach(view -> addresses.add(view.address())));
  }

  @Test
  void blocksHaveTheirPlacesWhenStepsRun() {
    View a = allocate(32);
    View b = allocate(16);
    View c = allocate(32);
    touch(a);
    touch(a, b.slice(0, 3, 5));
    touch(b, c);
    Plan plan = builder.build(bytes -> BEGIN);
    assertEquals(3 * 64, plan.arenaBytes());
    plan.run();
    // a and c lie in the same place, b behind it.
    assertEquals(List.of(640L, 640L, 640L + 128 + 12, 640L + 128, 640L), addresses);
  }

  @Test
  void stepsAreTimedByTheirLabels() {
    builder.label("first");
    touch(allocate(3));
    builder.label("second");
    touch(allocate(5));
    touch(allocate(7));
    List<String> labels = new ArrayList<>();
    builder
        .build(bytes -> BEGIN)
        .run(
            (label, nanos) -> {
              assertTrue(nanos >= 0);
              labels.add(label);
            });
    assertEquals(List.of("first", "second", "second"), labels);
  }

  @Test
  void blocksOfTheCallerMoveAndTellTheirFollowers() {
    Storage storage = Storage.ofCaller(40);
    assertFalse(storage.isUsed());
    storage.follow(addresses::add);
    touch(View.contiguous(storage, ElementType.F32, 10));
    assertEquals(0, builder.build(bytes -> BEGIN).arenaBytes());
    assertTrue(storage.isUsed());
    storage.place(77);
    storage.place(78);
    assertEquals(List.of(77L, 78L), addresses);
  }
}
