/**
 * JUnit 5 tests of applications: {@link io.tautline.testing.TautlineTest}.
 *
 * <p>Part of the runtime, because a test runs the real server; JUnit is an optional dependency of
 * it, so nobody gets JUnit who does not test.
 */
@NullMarked
package io.tautline.testing;

import org.jspecify.annotations.NullMarked;
