package io.tautline.connection;

import io.tautline.deflate.DeflateOptions;
import io.tautline.deflate.DeflateParameters;
import io.tautline.deflate.DeflatePool;
import io.tautline.deflate.MessageDeflater;
import io.tautline.deflate.MessageInflater;
import io.tautline.protocol.Role;

/**
 * How the messages of one connection are compressed.
 *
 * @param parameters what both ends agreed on
 * @param options what the application wants of its own messages
 * @param pool where messages under way get their compressors
 */
public record Compression(DeflateParameters parameters, DeflateOptions options, DeflatePool pool) {

  MessageDeflater deflater(Role role) {
    boolean server = role == Role.SERVER;
    return new MessageDeflater(
        pool,
        server ? parameters.serverNoContextTakeover() : parameters.clientNoContextTakeover(),
        server ? parameters.serverMaxWindowBits() : parameters.clientMaxWindowBits(),
        options.level());
  }

  MessageInflater inflater(Role role) {
    return new MessageInflater(
        pool,
        role == Role.SERVER
            ? parameters.clientNoContextTakeover()
            : parameters.serverNoContextTakeover());
  }
}
