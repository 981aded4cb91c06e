/**
 * Verifies whole models: golden data in folders that hold a folder for each model.
 *
 * <p>A model's folder has {@code config.json}, the weights, and one or more {@code io*} files: each
 * is a case, with the inputs of the model, its {@code output} and other results by name, what
 * single modules give ({@code mid.<module>}), and gradients of {@code L = sum(output w)}: {@code
 * grad.<input>}, {@code grad.param.<parameter>}, and in the JSON the norms of all parameters'
 * gradients. Gradients of a loss of the model's own are {@code grad_loss.<input or parameter>}.
 *
 * <ul>
 *   <li>{@code io_<variant>.safetensors} without a JSON has the inputs of {@code io}, and belongs
 *       to the weights {@code <file>.<variant>.safetensors} where they are there.
 *   <li>Other safetensors in the folder are the same weights in another form, with the results of
 *       {@code io}.
 *   <li>A folder {@code <model>-<form>} without {@code io} files is the model beside it with
 *       weights in another form.
 * </ul>
 *
 * <p>To add a kind of model, write a {@code Verifier} that asks {@link
 * org.diffusion4j.core.verify.model.GoldenModels} for its cases and says how the model is read and
 * how it is built from a {@link org.diffusion4j.core.verify.model.ModelGraph}. Nothing here knows
 * what the models are.
 */
package org.diffusion4j.core.verify.model;
