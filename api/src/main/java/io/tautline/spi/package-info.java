/** What generated code and plug-ins implement. */
@NullMarked
package io.tautline.spi;

import org.jspecify.annotations.NullMarked;
