/**
 * Bytes to and from sockets: loops, the carriers that drive them, timers, plain and TLS wires.
 *
 * <p>A {@link io.tautline.transport.EventLoop} owns no thread and no buffer; a {@link
 * io.tautline.transport.Carrier} is a thread with buffers that drives one loop at a time. A turn
 * that does not end soon is stolen: the loop goes on with another carrier, the turn keeps its own.
 */
@NullMarked
package io.tautline.transport;

import org.jspecify.annotations.NullMarked;
