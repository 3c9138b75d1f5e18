/** Annotations and types that endpoint classes use. */
@NullMarked
package io.tautline;

import org.jspecify.annotations.NullMarked;
