/**
 * Jakarta WebSocket 2.2 on connections: containers, sessions, remotes, coders, paths.
 *
 * <p>Endpoint classes come as {@link io.tautline.spi.EndpointBinder}s; how those are made is the
 * business of the package above.
 */
@NullMarked
package io.tautline.container;

import org.jspecify.annotations.NullMarked;
