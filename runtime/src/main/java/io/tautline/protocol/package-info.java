/**
 * RFC 6455 frames and messages for both roles, without sockets, threads, clocks or logs.
 *
 * <p>Bytes in, events out: {@link io.tautline.protocol.FrameReader} cuts a byte stream into frames,
 * {@link io.tautline.protocol.MessageAssembler} turns those into bounded messages. Commands in,
 * bytes out: {@link io.tautline.protocol.FrameWriter}. {@link io.tautline.protocol.Closing} is the
 * closing handshake of §7. A peer that breaks a rule causes a {@link
 * io.tautline.protocol.ProtocolException}, which carries the close code to answer with.
 *
 * <p>No class here is safe for use by several threads at once.
 */
@NullMarked
package io.tautline.protocol;

import org.jspecify.annotations.NullMarked;
