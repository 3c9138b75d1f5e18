package io.tautline.transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A {@link ServerSocketChannel}. */
final class ListeningChannelSocket extends Keyed implements ListeningSocket {
  private final ServerSocketChannel channel;

  /**
   * @param channel bound and non-blocking
   */
  ListeningChannelSocket(ServerSocketChannel channel) {
    this.channel = channel;
  }

  @Override
  SelectableChannel channel() {
    return channel;
  }

  @Override
  public @Nullable Socket accept() throws IOException {
    SocketChannel accepted = channel.accept();
    if (accepted == null) {
      return null;
    }
    try {
      return new ChannelSocket(accepted);
    } catch (IOException | RuntimeException | Error e) {
      accepted.close();
      throw e;
    }
  }

  @Override
  public SocketAddress address() throws IOException {
    return channel.getLocalAddress();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
