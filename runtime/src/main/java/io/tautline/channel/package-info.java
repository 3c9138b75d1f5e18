/**
 * WebSocket on any blocking {@link java.nio.channels.ByteChannel}: no loops, no container.
 *
 * <p>{@link io.tautline.channel.ServerUpgrade} and {@link io.tautline.channel.ClientDial} do the
 * opening handshake, with a word of the application's at every step; both end in a {@link
 * io.tautline.channel.WebSocketChannel}, which reads and writes messages without allocating.
 */
@NullMarked
package io.tautline.channel;

import org.jspecify.annotations.NullMarked;
