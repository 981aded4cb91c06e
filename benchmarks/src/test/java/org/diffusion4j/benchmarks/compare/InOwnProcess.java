package org.diffusion4j.benchmarks.compare;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs the tests of a class in a Java virtual machine of their own, as a peer runs in a comparison.
 *
 * <p>A crash fails the test that caused it, with what that machine said, and no other.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(OwnProcessExtension.class)
public @interface InOwnProcess {}
