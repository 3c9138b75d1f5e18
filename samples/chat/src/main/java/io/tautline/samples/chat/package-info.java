/** A chat with rooms: one endpoint, one set of message types, one page. */
@NullMarked
package io.tautline.samples.chat;

import org.jspecify.annotations.NullMarked;
