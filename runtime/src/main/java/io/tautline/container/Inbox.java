package io.tautline.container;

import io.tautline.connection.Connection;
import io.tautline.connection.Habit;
import io.tautline.connection.Listener;
import io.tautline.model.MessageModel.Kind;
import io.tautline.protocol.CloseCode;
import io.tautline.protocol.ClosePayload;
import io.tautline.protocol.Opcode;
import io.tautline.transport.LogLimit;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.DecodeException;
import jakarta.websocket.MessageHandler;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a session receives: hands messages to methods or handlers, and faults to onError. */
final class Inbox implements Listener {
  private static final System.Logger LOG = System.getLogger("io.tautline.container");

  private final TautlineSession session;
  private final Deployment deployment;
  private @Nullable Standing standing;
  private Consumer<@Nullable Throwable> whenOpen = failure -> {};

  /** The message that is being read while it arrives, and who reads it. */
  private @Nullable MessageInputStream stream;

  private @Nullable Receiver streaming;

  /** Whether the handler that reads it is being called. */
  private boolean reading;

  /** Why the connection has ended while it was. */
  private @Nullable ClosePayload endedMeanwhile;

  private volatile @Nullable Receiver text;
  private volatile @Nullable Receiver binary;
  private volatile @Nullable Receiver pong;

  Inbox(TautlineSession session, Deployment deployment) {
    this.session = session;
    this.deployment = deployment;
    this.text = deployment.callbacks().text();
    this.binary = deployment.callbacks().binary();
    this.pong = deployment.callbacks().pong();
  }

  /** Puts the endpoint instance on the session; before {@link #opened}. */
  void stand(Standing endpoint) {
    standing = endpoint;
  }

  /**
   * Has {@code told} called once onOpen has returned, with null, or with the reason why it is not
   * called; before {@link #opened}.
   */
  void whenOpen(Consumer<@Nullable Throwable> told) {
    whenOpen = told;
  }

  Standing standing() {
    if (standing == null) {
      throw new IllegalStateException("no endpoint stands on this session yet");
    }
    return standing;
  }

  @Override
  public int fetch() {
    Standing endpoint = standing;
    return session.fetch() + (endpoint == null ? 0 : endpoint.fetch());
  }

  @Override
  public void opened() {
    deployment.enter();
    try {
      session.prepare();
    } catch (Throwable t) {
      text = null; // what has come already is for nobody
      binary = null;
      pong = null;
      failed(t, "making the coders of " + deployment.name());
      whenOpen.accept(t);
      return;
    }
    streaming();
    if (mustDetach(standing().openHabit())) {
      session.connection().detach(this::callOpen);
    } else {
      callOpen();
    }
  }

  private void callOpen() {
    deployment.enter();
    try {
      standing().open();
    } catch (Throwable t) {
      fault(t, deployment.name() + " onOpen");
    }
    whenOpen.accept(null);
  }

  private boolean mustDetach(@Nullable Habit habit) {
    return habit != null && session.connection().mustDetach(habit);
  }

  /** Part of the work of a receiver. */
  @FunctionalInterface
  interface Work {
    /** Calls a handler. */
    void run() throws Throwable;
  }

  /** Runs the work of a receiver detached from the loop. */
  void detach(String receiver, Work work) {
    session
        .connection()
        .detach(
            () -> {
              deployment.enter();
              try {
                work.run();
              } catch (Throwable t) {
                fault(t, receiver);
              }
            });
  }

  @Override
  public void text(byte[] bytes, int from, int to) {
    Questions asked = session.questions();
    if (asked != null && asked.answered(bytes, from, to)) {
      return;
    }
    whole(text, "text", bytes, from, to);
  }

  @Override
  public void binary(byte[] bytes, int from, int to) {
    whole(binary, "binary", bytes, from, to);
  }

  private void whole(@Nullable Receiver receiver, String kind, byte[] bytes, int from, int to) {
    if (receiver == null) {
      unwanted(kind);
      return;
    }
    deployment.enter();
    try {
      receiver.whole(session, bytes, from, to);
    } catch (Throwable t) {
      fault(t, receiver.name());
    }
  }

  @Override
  public void part(int opcode, byte[] bytes, int from, int to, boolean last) {
    Receiver receiver = opcode == Opcode.TEXT ? text : binary;
    if (stream == null && receiver != null && receiver.streams()) {
      boolean onLoop = Connection.drivesLoop();
      stream = new MessageInputStream(session.connection(), session.compresses() || onLoop);
      streaming = receiver;
      if (onLoop) { // whoever reads a message while it arrives waits for the peer
        session.connection().detach(this::received);
      }
    }
    if (stream != null) { // also if who reads it has been removed meanwhile
      stream.give(bytes, from, to, last);
      session.connection().stopReading();
      return;
    }
    if (receiver == null) {
      return;
    }
    deployment.enter();
    try {
      receiver.part(session, bytes, from, to, last);
    } catch (Throwable t) {
      fault(t, receiver.name());
    }
  }

  @Override
  public void received() {
    MessageInputStream message = stream;
    Receiver receiver = streaming;
    if (message == null || receiver == null || reading || Connection.drivesLoop()) {
      return;
    }
    deployment.enter();
    reading = true;
    try {
      receiver.stream(session, message);
    } catch (Throwable t) {
      fault(t, receiver.name());
    } finally {
      try {
        message.skipRest();
      } finally {
        stream = null;
        reading = false;
        if (endedMeanwhile != null) {
          closed(endedMeanwhile);
        }
      }
    }
  }

  @Override
  public void pong(byte[] bytes, int from, int to) {
    Receiver receiver = pong;
    if (receiver != null) {
      whole(receiver, "pong", bytes, from, to);
    }
  }

  /** A message of a kind that no one handles. */
  private void unwanted(String kind) {
    if (deployment.strict()) {
      session
          .connection()
          .close(
              new ClosePayload(
                  CloseCode.UNSUPPORTED_DATA, "this endpoint takes no " + kind + " messages"));
    } else {
      LOG.log(Level.DEBUG, "{0} has no handler for {1} messages", session, kind);
    }
  }

  @Override
  public void closed(ClosePayload cause) {
    if (reading) {
      endedMeanwhile = cause; // onClose comes last
      return;
    }
    if (session.connection().hasDetached() || mustDetach(standing().closeHabit())) {
      session.connection().detach(() -> callClose(cause)); // callbacks come in order
    } else {
      callClose(cause);
    }
  }

  private void callClose(ClosePayload cause) {
    deployment.enter();
    boolean opened = session.hasOpened();
    session.ending();
    try {
      if (opened) {
        standing().close(new CloseReason(CloseCodes.getCloseCode(cause.code()), cause.reason()));
      }
    } catch (Throwable t) {
      handle(t, deployment.name() + " onClose");
    } finally {
      if (session.connection().hasDetached()) {
        session.connection().detach(session::over); // after onError
      } else {
        session.over();
      }
    }
  }

  /**
   * Hands a fault to onError; if nobody takes it, logs it and closes. That the session has ended
   * meanwhile is no fault of the handler that wanted to use it.
   */
  void fault(Throwable fault, String where) {
    if (isTheEnd(fault)) {
      LOG.log(Level.DEBUG, "{0} ended while {1} was called: {2}", session, where, fault);
      return;
    }
    handle(fault, where);
  }

  private void handle(Throwable fault, String where) {
    if (mustDetach(standing().errorHabit(fault))) {
      session.connection().detach(() -> handle(fault, where));
      return;
    }
    deployment.enter();
    try {
      if (standing().error(fault)) {
        return;
      }
    } catch (Throwable t) {
      if (!isTheEnd(t)) {
        // The decoder's words may be the peer's.
        Throwable shown = quotesPayload(t) ? null : t;
        warn(deployment.name() + " onError", "threw " + t.getClass().getName(), shown);
      }
    }
    failed(fault, where);
  }

  /** Returns whether something failed because the session has ended, as any may at any time. */
  private boolean isTheEnd(Throwable fault) {
    for (Throwable t = fault; t != null && !session.connection().isOpen(); t = t.getCause()) {
      if (t instanceof IOException || t instanceof SessionClosedException) {
        return true;
      }
    }
    return false;
  }

  private void warn(String where, String what, @Nullable Throwable shown) {
    long count = deployment.failures(where).admit();
    if (count > 0) {
      String text = where + " " + what + LogLimit.times(count) + " in " + session.inLogs();
      LOG.log(Level.WARNING, text, shown);
    }
  }

  /** Logs a fault that nobody takes, and closes. */
  void failed(Throwable fault, String where) {
    boolean badData = fault instanceof DecodeException;
    if (badData) {
      // The decoder's words only: the exception itself holds the payload.
      LOG.log(Level.DEBUG, "{0} refused: {1}, in {2}", where, fault.getMessage(), session);
      session.undecodable();
    } else if (!isTheEnd(fault)) {
      warn(where, "threw", fault);
    }
    session
        .connection()
        .close(
            badData
                ? new ClosePayload(CloseCode.INVALID_DATA, "message could not be decoded")
                : new ClosePayload(CloseCode.INTERNAL_ERROR, "the endpoint failed"));
  }

  /** Returns whether an exception comes from decoding, so that its words may be the peer's. */
  private static boolean quotesPayload(Throwable fault) {
    for (Throwable t = fault; t != null; t = t.getCause()) {
      if (t instanceof DecodeException) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return session.toString();
  }

  void add(MessageHandler handler) {
    add(HandlerReceiver.type(Arguments.required(handler)), handler);
  }

  void add(Class<?> type, MessageHandler handler) {
    Arguments.required(handler);
    if (deployment.annotated()) {
      // Jakarta WebSocket §4.7: one handler for each kind, methods count
      LOG.log(Level.DEBUG, "{0} adds a handler to an annotated endpoint", session);
    }
    put(HandlerReceiver.of(handler, type, deployment));
  }

  private synchronized void put(Map<Kind, HandlerReceiver> receivers) {
    for (Kind kind : receivers.keySet()) {
      if (receiver(kind) != null) {
        throw new IllegalStateException(
            "there is a handler for " + kind + " messages already. Remove it first.");
      }
    }
    receivers.forEach(this::set);
  }

  private @Nullable Receiver receiver(Kind kind) {
    return switch (kind) {
      case TEXT -> text;
      case BINARY -> binary;
      case PONG -> pong;
    };
  }

  private void set(Kind kind, @Nullable Receiver receiver) {
    switch (kind) {
      case TEXT -> text = receiver;
      case BINARY -> binary = receiver;
      case PONG -> pong = receiver;
    }
    streaming();
  }

  private void streaming() {
    session.connection().stream(inParts(text), inParts(binary));
  }

  private static boolean inParts(@Nullable Receiver receiver) {
    return receiver != null && (receiver.partial() || receiver.streams());
  }

  synchronized Set<MessageHandler> handlers() {
    Set<MessageHandler> all = new LinkedHashSet<>();
    for (Kind kind : Kind.values()) {
      if (receiver(kind) instanceof HandlerReceiver handler) {
        all.add(handler.handler());
      }
    }
    return all;
  }

  synchronized void remove(MessageHandler handler) {
    for (Kind kind : Kind.values()) {
      if (receiver(kind) instanceof HandlerReceiver taken && taken.handler() == handler) {
        set(kind, null);
      }
    }
  }
}
