package org.diffusion4j.core.execution.onednn;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.diffusion4j.core.execution.plan.Storage;

/** An argument of a primitive: a place in a block, and the layout of what lies there. */
record Operand(Storage storage, long byteOffset, dnnl_memory_desc layout) {}
