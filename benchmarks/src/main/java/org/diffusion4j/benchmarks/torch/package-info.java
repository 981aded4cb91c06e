/**
 * PyTorch as a peer: the layers of a graph, done by torch's own operations.
 *
 * <p>It is what a user of PyTorch would run on a CPU: eager operations, one after the other, in
 * inference mode or under autograd with torch's AdamW; bfloat16 as {@code module.to(bfloat16)}
 * predicts and as {@code autocast} trains. Nothing of the framework's executors is used here.
 */
package org.diffusion4j.benchmarks.torch;
