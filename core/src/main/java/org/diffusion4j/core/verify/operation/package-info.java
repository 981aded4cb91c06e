/**
 * Verifies operations and their gradients: golden data in folders named {@code ops}.
 *
 * <p>Each JSON file there names its operation ({@code op}) and lists cases with {@code params},
 * {@code inputs}, {@code outputs} and {@code grads}. An {@code OperationFamily} says what checks an
 * operation, mostly a {@code GraphCheck}: a function that builds the operation from {@code
 * Operands}, and two tolerances.
 *
 * <p>To add an operation, write its function in the family where it belongs and put it into {@code
 * checks()}. To add a family, write a class like {@code Normalizations} and name it in {@code
 * OperationVerifier}. The function:
 *
 * <ul>
 *   <li>asks {@code in.input(name)} once for each input of the case and reads every parameter that
 *       is not null; a case with an input or a parameter that it did not ask for is skipped, as it
 *       may mean something that the operation does not do;
 *   <li>calls {@code in.support(condition, param)} where a parameter has values that are not
 *       supported: such a case is skipped, with that reason;
 *   <li>gives all outputs by the reference's names.
 * </ul>
 *
 * <p>{@code OperationVerifierTest} runs every case that ships and lists those that are still
 * skipped; take out the ones that a new operation covers.
 *
 * <p>Names of cases, seeds and shapes are never written into code; all of that is in the files.
 * Operations that are not graphs implement {@code CaseCheck} themselves.
 */
package org.diffusion4j.core.verify.operation;
