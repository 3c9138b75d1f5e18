package io.tautline.channel;

import io.tautline.deflate.DeflateOptions;
import io.tautline.deflate.DeflateParameters;
import io.tautline.deflate.DeflatePool;
import io.tautline.deflate.MessageDeflater;
import io.tautline.deflate.MessageInflater;
import io.tautline.handshake.HandshakeException;
import io.tautline.handshake.Headers;
import io.tautline.handshake.Outcome;
import io.tautline.handshake.RequestHead;
import io.tautline.handshake.ServerHandshake;
import io.tautline.protocol.Role;
import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Upgrades a raw channel to WebSocket, as a server.
 *
 * <p>Override the callbacks to look at the request line, the host and each header, and to add
 * headers before the 101; any of them may refuse by throwing {@link RejectedException}. May be used
 * for any number of channels, one after another or at once.
 */
public class ServerUpgrade {
  private static final DeflatePool POOL = new DeflatePool(32);
  private static final int DEFAULT_MAX_MESSAGE_BYTES = 1024 * 1024;

  private final List<String> subprotocols;
  private final @Nullable DeflateOptions compression;
  private final int maxMessageBytes;

  /** Makes an upgrade without subprotocols and compression, for messages of up to 1 MiB. */
  public ServerUpgrade() {
    this(List.of(), null, DEFAULT_MAX_MESSAGE_BYTES);
  }

  /**
   * @param subprotocols those spoken
   * @param compression what is wanted of compression, or null for none
   * @param maxMessageBytes longest message
   */
  public ServerUpgrade(
      List<String> subprotocols, @Nullable DeflateOptions compression, int maxMessageBytes) {
    this.subprotocols = List.copyOf(subprotocols);
    this.compression = compression;
    this.maxMessageBytes = maxMessageBytes;
  }

  /** The request line has been read. */
  protected void onRequestLine(String method, String target) throws RejectedException {}

  /** The Host header has been read. */
  protected void onHost(String host) throws RejectedException {}

  /** A header has been read; called for each, in order. */
  protected void onHeader(String name, String value) throws RejectedException {}

  /**
   * The last word before 101.
   *
   * @return further headers of the answer
   */
  protected Headers beforeUpgrade(RequestHead head) throws RejectedException {
    return Headers.NONE;
  }

  /**
   * Reads a request and answers it.
   *
   * @param channel blocking; not closed, whatever happens
   * @throws HandshakeException if the request was malformed; it has been answered
   * @throws RejectedException as a callback threw it; the request has been answered with it
   */
  public final WebSocketChannel upgrade(ByteChannel channel)
      throws IOException, HandshakeException, RejectedException {
    HeadReader reader = new HeadReader();
    try {
      RequestHead head = reader.request(channel);
      onRequestLine(head.method(), head.target());
      String host = head.headers().first("Host");
      if (host != null) {
        onHost(host);
      }
      eachHeader(head.headers());
      ServerHandshake.check(head);
      String subprotocol = ServerHandshake.chooseSubprotocol(head, subprotocols);
      DeflateParameters deflate =
          compression == null
              ? null
              : DeflateParameters.accept(
                  head.headers().list("Sec-WebSocket-Extensions"), compression);
      Outcome.Accepted answer =
          ServerHandshake.accept(
              head, subprotocol, deflate == null ? null : deflate.header(), beforeUpgrade(head));
      HeadReader.write(channel, answer.bytes());
      return open(channel, reader, deflate);
    } catch (HandshakeException e) {
      HeadReader.write(channel, ServerHandshake.reject(e).bytes());
      throw e;
    } catch (RejectedException e) {
      HeadReader.write(channel, e.answer().bytes());
      throw e;
    }
  }

  private void eachHeader(Headers headers) throws RejectedException {
    for (int i = 0; i < headers.size(); i++) {
      onHeader(headers.name(i), headers.value(i));
    }
  }

  private WebSocketChannel open(
      ByteChannel channel, HeadReader reader, @Nullable DeflateParameters deflate) {
    if (deflate == null || compression == null) {
      return new WebSocketChannel(
          channel,
          Role.SERVER,
          reader.buffer(),
          reader.rest(),
          reader.end(),
          maxMessageBytes,
          null,
          0,
          null);
    }
    return new WebSocketChannel(
        channel,
        Role.SERVER,
        reader.buffer(),
        reader.rest(),
        reader.end(),
        maxMessageBytes,
        new MessageDeflater(
            POOL,
            deflate.serverNoContextTakeover(),
            deflate.serverMaxWindowBits(),
            compression.level()),
        compression.minBytes(),
        new MessageInflater(POOL, deflate.clientNoContextTakeover()));
  }
}
