/**
 * permessage-deflate (RFC 7692) for both roles, without sockets, threads, clocks or logs.
 *
 * <p>{@link io.tautline.deflate.DeflateOffer} and {@link io.tautline.deflate.DeflateParameters} are
 * the header; {@link io.tautline.deflate.MessageDeflater} and {@link
 * io.tautline.deflate.MessageInflater} the data; {@link io.tautline.deflate.DeflatePool} keeps
 * compressors, which weigh 300 KiB each, for whoever has a message under way.
 */
@NullMarked
package io.tautline.deflate;

import org.jspecify.annotations.NullMarked;
