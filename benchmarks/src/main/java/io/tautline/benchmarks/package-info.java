/**
 * JMH benchmarks of the hot pieces: {@code java -jar benchmarks/target/benchmarks.jar -prof gc}.
 */
@NullMarked
package io.tautline.benchmarks;

import org.jspecify.annotations.NullMarked;
