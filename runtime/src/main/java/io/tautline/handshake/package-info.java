/**
 * The HTTP/1.1 upgrade of RFC 6455 §4 for both roles, without sockets, threads, clocks or logs.
 *
 * <p>{@link io.tautline.handshake.HeadParser} reads one bounded head; {@link
 * io.tautline.handshake.ServerHandshake} judges a request and writes the answer; {@link
 * io.tautline.handshake.ClientHandshake} writes a request and judges the answer. Bytes behind the
 * head are left alone: they are the first frames.
 */
@NullMarked
package io.tautline.handshake;

import org.jspecify.annotations.NullMarked;
