package io.tautline.channel;

import io.tautline.deflate.DeflateOffer;
import io.tautline.deflate.DeflateOptions;
import io.tautline.deflate.DeflateParameters;
import io.tautline.deflate.DeflatePool;
import io.tautline.deflate.MessageDeflater;
import io.tautline.deflate.MessageInflater;
import io.tautline.handshake.ClientHandshake;
import io.tautline.handshake.HandshakeException;
import io.tautline.handshake.Headers;
import io.tautline.handshake.ResponseHead;
import io.tautline.handshake.WebSocketUri;
import io.tautline.protocol.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Connects to a WebSocket server, over a socket of its own or any channel.
 *
 * <p>Override the callbacks to look at the answer; any of them may throw {@link IOException} to
 * give up. May be used any number of times.
 */
public class ClientDial {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final DeflatePool POOL = new DeflatePool(32);
  private static final int DEFAULT_MAX_MESSAGE_BYTES = 1024 * 1024;

  private final List<String> subprotocols;
  private final Headers headers;
  private final @Nullable DeflateOptions compression;
  private final int maxMessageBytes;

  /** Makes a dial without subprotocols, headers and compression, for messages of up to 1 MiB. */
  public ClientDial() {
    this(List.of(), Headers.NONE, null, DEFAULT_MAX_MESSAGE_BYTES);
  }

  /**
   * @param subprotocols those spoken, the most wanted first
   * @param headers further fields of the request; a {@code Host} replaces ours
   * @param compression what is wanted of compression, or null to offer none
   * @param maxMessageBytes longest message
   */
  public ClientDial(
      List<String> subprotocols,
      Headers headers,
      @Nullable DeflateOptions compression,
      int maxMessageBytes) {
    this.subprotocols = List.copyOf(subprotocols);
    this.headers = headers;
    this.compression = compression;
    this.maxMessageBytes = maxMessageBytes;
  }

  /** The status line has been read. */
  protected void onStatus(int status, String reason) throws IOException {}

  /** A header has been read; called for each, in order. */
  protected void onHeader(String name, String value) throws IOException {}

  /** The server has accepted. */
  protected void onUpgrade(ResponseHead response, @Nullable String subprotocol)
      throws IOException {}

  /**
   * Connects to the URI's host, without TLS.
   *
   * @throws HandshakeException if the server did not accept; carries the status
   */
  public final WebSocketChannel dial(URI uri) throws IOException, HandshakeException {
    WebSocketUri server = WebSocketUri.of(uri);
    if (server.secure()) {
      throw new IllegalArgumentException(
          "wss needs a channel that speaks TLS: dial(URI, ByteChannel)");
    }
    SocketChannel socket = connect(server);
    try {
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
      return dial(uri, socket);
    } catch (IOException | HandshakeException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** Connects to the first address of the server that can be connected to. */
  private static SocketChannel connect(WebSocketUri server) throws IOException {
    IOException failure = null;
    for (InetAddress address : InetAddress.getAllByName(server.host())) {
      try {
        return SocketChannel.open(new InetSocketAddress(address, server.port()));
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    throw failure == null ? new IOException("no such host: " + server.host()) : failure;
  }

  /**
   * Does the opening handshake over a channel that is connected already.
   *
   * @param channel blocking; not closed, whatever happens
   * @throws HandshakeException if the server did not accept; carries the status
   */
  public final WebSocketChannel dial(URI uri, ByteChannel channel)
      throws IOException, HandshakeException {
    byte[] nonce = new byte[16];
    RANDOM.nextBytes(nonce);
    DeflateOffer offer = compression == null ? null : DeflateOffer.of(compression);
    ClientHandshake handshake =
        new ClientHandshake(
            WebSocketUri.of(uri), nonce, subprotocols, offer == null ? null : offer.header());
    HeadReader.write(channel, handshake.request(headers));
    HeadReader reader = new HeadReader();
    ResponseHead response = reader.response(channel);
    while (response.interim()) {
      response = reader.response(channel);
    }
    onStatus(response.status(), response.reason());
    Headers received = response.headers();
    for (int i = 0; i < received.size(); i++) {
      onHeader(received.name(i), received.value(i));
    }
    String subprotocol = handshake.check(response);
    DeflateParameters agreed = handshake.deflate(response, offer);
    onUpgrade(response, subprotocol);
    return new WebSocketChannel(
        channel,
        Role.CLIENT,
        reader.buffer(),
        reader.rest(),
        reader.end(),
        maxMessageBytes,
        agreed == null || compression == null
            ? null
            : new MessageDeflater(
                POOL,
                agreed.clientNoContextTakeover(),
                agreed.clientMaxWindowBits(),
                compression.level()),
        compression == null ? 0 : compression.minBytes(),
        agreed == null ? null : new MessageInflater(POOL, agreed.serverNoContextTakeover()));
  }
}
