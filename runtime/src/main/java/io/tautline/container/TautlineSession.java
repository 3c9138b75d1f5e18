package io.tautline.container;

import io.tautline.connection.Connection;
import io.tautline.protocol.ClosePayload;
import io.tautline.spi.MessageCodec;
import jakarta.websocket.CloseReason;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Extension;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import jakarta.websocket.WebSocketContainer;
import java.io.IOException;
import java.net.URI;
import java.security.Principal;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A conversation with one peer, as Jakarta WebSocket shows it. */
final class TautlineSession implements Session {
  private static final AtomicLong IDS = new AtomicLong();

  private final TautlineContainer container;
  private final Deployment deployment;
  private final Connection connection;
  private final HandshakeView handshake;
  private final @Nullable String subprotocol;
  private final @Nullable String extensions;
  private final EndpointConfig config;
  private final Map<String, Object> userProperties = new ConcurrentHashMap<>();
  private final Sender sender;
  private final Inbox inbox;
  private final String id = Long.toHexString(IDS.incrementAndGet());
  private final ConnectionBeans beans;

  private @Nullable Coders coders;
  private @Nullable OpeningRequest openingRequest;
  private final PathValues paths;
  private volatile @Nullable Questions questions;
  private @Nullable Principal principal;
  private @Nullable TextParts textParts;
  private volatile @Nullable BasicRemote basic;
  private volatile @Nullable AsyncRemote async;

  /** Whether the handshake is over: nothing may be sent before. */
  private volatile boolean opened;

  /** Whether onClose is being called or has been. */
  private volatile boolean ended;

  private volatile boolean batchingAllowed;
  private volatile long idleTimeout;
  private volatile int maxText;
  private volatile int maxBinary;

  @SuppressWarnings("this-escape") // on 21+; the parts only keep the reference
  TautlineSession(
      TautlineContainer container,
      Deployment deployment,
      Connection connection,
      HandshakeView handshake,
      PathValues paths,
      @Nullable String subprotocol,
      @Nullable String extensions,
      EndpointConfig config) {
    this.container = container;
    this.deployment = deployment;
    this.connection = connection;
    this.handshake = handshake;
    this.paths = paths;
    this.subprotocol = subprotocol;
    this.extensions = extensions;
    this.config = config;
    this.sender = new Sender(this, connection);
    this.inbox = new Inbox(this, deployment);
    this.beans = new ConnectionBeans(this, container.beans());
    this.maxText = container.getDefaultMaxTextMessageBufferSize();
    this.maxBinary = container.getDefaultMaxBinaryMessageBufferSize();
    long idle = deployment.settings().idleTimeoutMillis();
    this.idleTimeout = idle >= 0 ? idle : container.getDefaultMaxSessionIdleTimeout();
  }

  /** Takes over what the handshake has left; before {@link #prepare}. */
  void admitted(@Nullable Principal who, Map<String, Object> attributes) {
    principal = who;
    userProperties.putAll(config.getUserProperties());
    userProperties.putAll(attributes);
    if (deployment.callbacks().wantsHandshake()) {
      openingRequest(); // while the socket still knows its addresses
    }
  }

  /** Makes coders, applies the endpoint's settings, and is open; before the first callback. */
  void prepare() throws ReflectiveOperationException {
    if (hasCoders()) {
      coders = new Coders(config, beans);
    }
    if (deployment.maxText() > 0) {
      maxText = (int) Math.min(Integer.MAX_VALUE, deployment.maxText());
    }
    if (deployment.maxBinary() > 0) {
      maxBinary = (int) Math.min(Integer.MAX_VALUE, deployment.maxBinary());
    }
    if (deployment.limits() != null) {
      connection.limits(deployment.limits());
    }
    connection.messageLimits(maxText, maxBinary);
    if (idleTimeout > 0) {
      connection.idleTimeout(Duration.ofMillis(idleTimeout));
    }
    opened = true; // last, as others may send from then on
    deployment.sessions().add(this);
  }

  /** Returns whether messages may be compressed. */
  boolean compresses() {
    return extensions != null;
  }

  Deployment deployment() {
    return deployment;
  }

  @Nullable String subprotocol() {
    return subprotocol;
  }

  /** Counts a message that could not be decoded. */
  void undecodable() {
    container.network().reports().undecodable();
  }

  /** Returns the session as logs name it: id, path and the peer's address. */
  String inLogs() {
    return this + " of " + peerAddress();
  }

  private String peerAddress() {
    try {
      return String.valueOf(connection.wire().socket().remoteAddress());
    } catch (IOException e) {
      return "a peer that has gone";
    }
  }

  MessageCodec codec() {
    return container.codec();
  }

  RoomKeeper rooms() {
    return container.rooms();
  }

  ConnectionBeans beans() {
    return beans;
  }

  OpeningRequest openingRequest() {
    synchronized (sender) { // not the session, which users may lock
      if (openingRequest == null) {
        openingRequest = new OpeningRequest(handshake, connection.wire());
      }
      return openingRequest;
    }
  }

  PathValues paths() {
    return paths;
  }

  /** Returns the other end, which can be asked questions. */
  Questions peer() {
    synchronized (sender) {
      Questions asked = questions;
      if (asked == null) {
        asked = new Questions(this);
        questions = asked;
      }
      return asked;
    }
  }

  /** See {@link io.tautline.connection.Listener#fetch}. */
  int fetch() {
    return maxText + (questions == null ? 0 : 1) + sender.fetch();
  }

  /** Returns the questions that were asked of the other end; null if it was never asked for. */
  @Nullable Questions questions() {
    return questions;
  }

  /** Returns the endpoint's configuration as this session's handshake left it. */
  EndpointConfig config() {
    return config;
  }

  Connection connection() {
    return connection;
  }

  Inbox inbox() {
    return inbox;
  }

  Standing standing() {
    return inbox.standing();
  }

  Sender sender() {
    return sender;
  }

  boolean hasCoders() {
    return deployment.hasCoders();
  }

  Coders coders() {
    if (coders == null) {
      throw new IllegalStateException("the endpoint has no coders");
    }
    return coders;
  }

  TextParts textParts() {
    if (textParts == null) {
      textParts = new TextParts();
    }
    return textParts;
  }

  /** The connection has ended and onClose is about to be called, by this thread. */
  void ending() {
    ended = true;
    deployment.sessions().remove(this);
    Questions asked = questions;
    if (asked != null) {
      asked.ended();
    }
  }

  /** onClose has returned: nothing but the session's identity may be used from now on. */
  void over() {
    container.rooms().ended(this);
    try {
      if (coders != null) {
        coders.destroy();
      }
    } finally {
      beans.close();
    }
  }

  void requireOpen() {
    if (!isOpen()) {
      throw new SessionClosedException("session " + getId() + " is closed");
    }
  }

  boolean batchingAllowed() {
    return batchingAllowed;
  }

  void batchingAllowed(boolean allowed) {
    batchingAllowed = allowed;
  }

  @Override
  public WebSocketContainer getContainer() {
    return container;
  }

  @Override
  public void addMessageHandler(MessageHandler handler) {
    requireOpen();
    inbox.add(handler);
  }

  @Override
  public <T> void addMessageHandler(Class<T> type, MessageHandler.Whole<T> handler) {
    requireOpen();
    inbox.add(type, handler);
  }

  @Override
  public <T> void addMessageHandler(Class<T> type, MessageHandler.Partial<T> handler) {
    requireOpen();
    inbox.add(type, handler);
  }

  @Override
  public Set<MessageHandler> getMessageHandlers() {
    return inbox.handlers();
  }

  @Override
  public void removeMessageHandler(MessageHandler handler) {
    requireOpen();
    inbox.remove(handler);
  }

  @Override
  public String getProtocolVersion() {
    return "13";
  }

  @Override
  public String getNegotiatedSubprotocol() {
    return subprotocol == null ? "" : subprotocol;
  }

  @Override
  public List<Extension> getNegotiatedExtensions() {
    return extensions == null ? List.of() : Extensions.parse(List.of(extensions));
  }

  @Override
  public boolean isSecure() {
    return handshake.secure();
  }

  /** Returns whether messages may be sent: after the handshake, and before any Close of ours. */
  @Override
  public boolean isOpen() {
    return opened && !ended && connection.isOpen();
  }

  /** Returns whether onOpen is being called or has been. */
  boolean hasOpened() {
    return opened;
  }

  @Override
  public long getMaxIdleTimeout() {
    requireOpen();
    return idleTimeout;
  }

  @Override
  public void setMaxIdleTimeout(long millis) {
    requireOpen();
    idleTimeout = millis;
    connection.idleTimeout(Duration.ofMillis(Math.max(0, millis)));
  }

  @Override
  public void setMaxBinaryMessageBufferSize(int bytes) {
    requireOpen();
    maxBinary = bytes;
    connection.messageLimits(maxText, maxBinary);
  }

  @Override
  public int getMaxBinaryMessageBufferSize() {
    requireOpen();
    return maxBinary;
  }

  @Override
  public void setMaxTextMessageBufferSize(int bytes) {
    requireOpen();
    maxText = bytes;
    connection.messageLimits(maxText, maxBinary);
  }

  @Override
  public int getMaxTextMessageBufferSize() {
    requireOpen();
    return maxText;
  }

  @Override
  public AsyncRemote getAsyncRemote() {
    AsyncRemote remote = async;
    if (remote == null) {
      remote = new AsyncRemote(this, container.getDefaultAsyncSendTimeout());
      async = remote;
    }
    return remote;
  }

  @Override
  public BasicRemote getBasicRemote() {
    BasicRemote remote = basic;
    if (remote == null) {
      remote = new BasicRemote(this);
      basic = remote;
    }
    return remote;
  }

  @Override
  public String getId() {
    return id;
  }

  @Override
  public void close() {
    close(new CloseReason(CloseReason.CloseCodes.NORMAL_CLOSURE, ""));
  }

  @Override
  public void close(CloseReason reason) {
    if (!opened) {
      throw new IllegalStateException(
          "session " + getId() + " is not open yet; reject its handshake by @OnHandshake instead");
    }
    String phrase = reason.getReasonPhrase();
    connection.close(
        new ClosePayload(reason.getCloseCode().getCode(), phrase == null ? "" : phrase));
  }

  @Override
  public URI getRequestURI() {
    return handshake.uri();
  }

  @Override
  public Map<String, List<String>> getRequestParameterMap() {
    return handshake.getParameterMap();
  }

  @Override
  public @Nullable String getQueryString() {
    return handshake.getQueryString();
  }

  @Override
  public Map<String, String> getPathParameters() {
    return handshake.pathParameters();
  }

  @Override
  public Map<String, Object> getUserProperties() {
    return userProperties;
  }

  @Override
  public @Nullable Principal getUserPrincipal() {
    return principal;
  }

  @Override
  public Set<Session> getOpenSessions() {
    Set<Session> open = new HashSet<>(deployment.sessions());
    open.removeIf(session -> !session.isOpen());
    return Collections.unmodifiableSet(open);
  }

  @Override
  public String toString() {
    return "session " + getId() + " " + handshake.uri().getRawPath();
  }
}
