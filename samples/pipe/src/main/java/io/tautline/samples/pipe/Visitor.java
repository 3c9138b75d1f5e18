package io.tautline.samples.pipe;

import io.tautline.handshake.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Who has connected.
 *
 * @param id by which a program addresses it; never used twice
 * @param address its IP address, or an empty text for a UNIX-domain socket
 * @param path that it asked for
 * @param subprotocol chosen, or null
 * @param headers of its request
 */
record Visitor(
    int id, String address, String path, @Nullable String subprotocol, Headers headers) {}
