/**
 * Whether the numbers are right here: golden data, made by the reference implementations, computed
 * anew and compared.
 *
 * <p>Golden data lie in folders, one for each kind. A {@link org.diffusion4j.core.verify.Verifier}
 * knows one kind: it lists the {@link org.diffusion4j.core.verify.VerifiableCase}s of a folder, and
 * each of them gives its {@link org.diffusion4j.core.verify.Deviation}s to a {@link
 * org.diffusion4j.core.verify.Comparison}. {@link org.diffusion4j.core.verify.Verification} runs
 * them.
 *
 * <p>To add a kind of folder, implement {@code Verifier} in the module that can compute the cases,
 * put the golden data that ship into the resources {@code golden/<folder>} beside that class, with
 * a README that names origin and licence, and add the verifier to the list of the command. Read
 * files with {@link org.diffusion4j.core.verify.GoldenFile}: strangers may have written them, and
 * it ends in {@link org.diffusion4j.core.InvalidFileException} where they are malformed. A case
 * that this version has nothing to compute with throws {@link
 * org.diffusion4j.core.verify.UnsupportedCaseException}; none is left out silently.
 *
 * <p>Nothing of the framework but tests and commands may depend on this package.
 */
package org.diffusion4j.core.verify;
