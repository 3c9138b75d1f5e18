package io.tautline.tests.autobahn;

import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import jakarta.websocket.WebSocketContainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Connects, sends back whatever comes, until the server closes. */
final class EchoClient extends Endpoint {
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable String firstText;

  /** Returns once the connection has ended; always true. */
  boolean run(WebSocketContainer container, URI uri)
      throws DeploymentException, IOException, InterruptedException {
    return run(container, ClientEndpointConfig.Builder.create().build(), uri);
  }

  boolean run(WebSocketContainer container, ClientEndpointConfig config, URI uri)
      throws DeploymentException, IOException, InterruptedException {
    container.connectToServer(this, config, uri);
    if (!closed.await(10, TimeUnit.MINUTES)) {
      throw new AssertionError("not closed: " + uri);
    }
    return true;
  }

  String firstText() {
    return String.valueOf(firstText);
  }

  @Override
  public void onOpen(Session session, EndpointConfig config) {
    session.addMessageHandler(String.class, text -> text(session, text));
    session.addMessageHandler(ByteBuffer.class, bytes -> binary(session, bytes));
  }

  private void text(Session session, String text) {
    if (firstText == null) {
      firstText = text;
    }
    try {
      session.getBasicRemote().sendText(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void binary(Session session, ByteBuffer bytes) {
    try {
      session.getBasicRemote().sendBinary(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void onClose(Session session, CloseReason reason) {
    closed.countDown();
  }

  @Override
  public void onError(Session session, Throwable error) {
    // The suite judges by what it sees.
  }
}
