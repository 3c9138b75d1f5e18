/** Groups of sessions, on this node. */
@NullMarked
package io.tautline.room;

import org.jspecify.annotations.NullMarked;
