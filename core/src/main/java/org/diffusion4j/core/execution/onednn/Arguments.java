package org.diffusion4j.core.execution.onednn;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Pointer;
import org.diffusion4j.core.execution.plan.Storage;
import org.diffusion4j.core.execution.plan.View;

/** What a primitive is executed with, by oneDNN's numbers of arguments. */
final class Arguments {
  private record Argument(int id, Operand operand) {}

  private final NativeScope scope;
  private final List<Argument> arguments = new ArrayList<>();

  Arguments(NativeScope scope) {
    this.scope = scope;
  }

  Arguments with(int id, Operand operand) {
    arguments.add(new Argument(id, operand));
    return this;
  }

  Arguments with(int id, View view) {
    return with(id, scope.operand(view));
  }

  /** The operands of the binary post-operations. */
  Arguments with(List<PostOp> postOps) {
    for (int i = 0; i < postOps.size(); i++) {
      if (postOps.get(i) instanceof PostOp.Binary binary) {
        with(
            dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE * (i + 1) | dnnl.DNNL_ARG_SRC_1,
            binary.operand());
      }
    }
    return this;
  }

  List<Storage> storages() {
    return arguments.stream().map(argument -> argument.operand().storage()).toList();
  }

  /** The bytes of the largest. */
  long largest() {
    return arguments.stream()
        .mapToLong(argument -> Layouts.bytes(argument.operand().layout()))
        .max()
        .orElse(0);
  }

  int count() {
    return arguments.size();
  }

  /** Where an operand is in a block; nowhere as long as the block is. */
  private static Pointer address(Operand operand, long block) {
    return Address.of(block == 0 ? 0 : block + operand.byteOffset());
  }

  /** The arguments as oneDNN takes them, for as long as the scope lives. */
  dnnl_exec_arg_t bind() {
    dnnl_exec_arg_t list = scope.own(new dnnl_exec_arg_t(arguments.size()));
    for (int i = 0; i < arguments.size(); i++) {
      Operand operand = arguments.get(i).operand();
      Storage storage = operand.storage();
      dnnl_memory memory = scope.memory(operand.layout(), address(operand, storage.address()));
      storage.follow(
          moved ->
              Dnnl.check(
                  dnnl.dnnl_memory_set_data_handle(memory, address(operand, moved)), "memory"));
      list.getPointer(i).arg(arguments.get(i).id()).memory(memory);
    }
    return list;
  }
}
