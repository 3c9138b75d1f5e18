/** Compile-time checks of endpoint classes, their generated binders and the index of them. */
@NullMarked
package io.tautline.processor;

import org.jspecify.annotations.NullMarked;
