/** Starting and stopping: find endpoints, wire beans, listen, say goodbye. */
@NullMarked
package io.tautline.boot;

import org.jspecify.annotations.NullMarked;
