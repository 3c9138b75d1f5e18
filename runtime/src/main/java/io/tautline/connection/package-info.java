/**
 * One socket's life around the protocol: opening, open, closing; its outbound queue and its limits.
 *
 * <p>Sees {@code handshake}, {@code protocol} and {@code transport}; knows nothing of Jakarta. What
 * stands on a connection is a {@link io.tautline.connection.Listener}; who decides about requests
 * is a {@link io.tautline.connection.RequestHandler}.
 */
@NullMarked
package io.tautline.connection;

import org.jspecify.annotations.NullMarked;
