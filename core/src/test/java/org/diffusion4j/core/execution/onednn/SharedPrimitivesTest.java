package org.diffusion4j.core.execution.onednn;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.Optional;
import org.bytedeco.dnnl.global.dnnl;
import org.diffusion4j.core.execution.plan.ElementType;
import org.diffusion4j.core.execution.plan.View;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which steps of a plan share a primitive. */
class SharedPrimitivesTest {
  private final NativeScope scope = new NativeScope();
  private final PrimitivePlan plan = new PrimitivePlan(scope);
  private final View a = plan.allocate(ElementType.F32, 3, 5);
  private final View b = plan.allocate(ElementType.F32, 5, 7);
  private final View c = plan.allocate(ElementType.F32, 3, 7);

  @AfterEach
  void free() {
    scope.close();
  }

  private Primitive product(View left, View right, PostOp... postOps) {
    return MatMuls.primitive(plan, left, scope.desc(right), Optional.empty(), c, List.of(postOps));
  }

  private PostOp sumWith(View operand) {
    return new PostOp.Binary(dnnl.dnnl_binary_add, operand);
  }

  @Test
  void whereAViewIsMakesNoDifference() {
    View elsewhere = plan.allocate(ElementType.F32, 7, 5).slice(0, 2, 5);
    assertSame(product(a, b), product(elsewhere, b));
    PostOp sum = sumWith(plan.allocate(ElementType.F32, 3, 7));
    assertSame(product(a, b, sum), product(a, b, sumWith(plan.allocate(ElementType.F32, 3, 7))));
  }

  @Test
  void howValuesLieMakesADifference() {
    Primitive plain = product(a, b);
    View turned = plan.allocate(ElementType.F32, 5, 3).permute(1, 0);
    assertNotSame(plain, product(turned, b));
    assertNotSame(plain, product(a, plan.allocate(ElementType.F32, 7, 5).permute(1, 0)));
    assertNotSame(
        plain,
        product(plan.allocate(ElementType.BF16, 3, 5), plan.allocate(ElementType.BF16, 5, 7)));
  }

  @Test
  void whatFollowsMakesADifference() {
    PostOp row = sumWith(plan.allocate(ElementType.F32, 1, 7));
    PostOp whole = sumWith(plan.allocate(ElementType.F32, 3, 7));
    PostOp half = new PostOp.Eltwise(Activation.linear(0.5, 0));
    PostOp third = new PostOp.Eltwise(Activation.linear(1 / 3.0, 0));
    List<Primitive> all =
        List.of(
            product(a, b),
            product(a, b, row),
            product(a, b, whole),
            product(a, b, half),
            product(a, b, third),
            product(a, b, half, whole));
    for (int i = 0; i < all.size(); i++) {
      for (int j = 0; j < i; j++) {
        assertNotSame(all.get(i), all.get(j), i + " and " + j);
      }
    }
  }

  @Test
  void layoutsThatOneDnnChoosesDifferByShapeAndType() {
    Layouts.Key any = Layouts.key(scope.anyLayout(ElementType.F32, 5, 7));
    assertNotEquals(any, Layouts.key(scope.desc(b)));
    assertNotEquals(any, Layouts.key(scope.anyLayout(ElementType.F32, 7, 5)));
    assertNotEquals(any, Layouts.key(scope.anyLayout(ElementType.BF16, 5, 7)));
  }
}
