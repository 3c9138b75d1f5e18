/** The pipe gateway: what programs write into a pipe reaches WebSocket clients, and back. */
@NullMarked
package io.tautline.samples.pipe;

import org.jspecify.annotations.NullMarked;
