/**
 * Echo servers, ours and others', each as small and as usual as its documentation has it; started
 * by {@link io.tautline.benchmarks.Comparison}, each with its own jars on the class path.
 */
@NullMarked
package io.tautline.benchmarks.server;

import org.jspecify.annotations.NullMarked;
