package io.tautline.container;

import io.tautline.connection.Habit;
import io.tautline.model.EndpointModel;
import io.tautline.spi.MessageCodec;
import io.tautline.spi.MessageCodec.Correlation;
import jakarta.websocket.DeploymentException;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes messages of one type, or of several told apart by their names, for the {@code @OnMessage}
 * methods of an endpoint. A question is answered with its number, see {@link io.tautline.Peer}.
 */
final class JsonReceiver implements Receiver {
  /** A method that takes messages. */
  record Taker(int method, Answer answer, Habit habit) {}

  private static final ClassValue<Boolean> OWN_ID =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return declaresId(type);
        }
      };

  private final MessageCodec codec;
  private final MessageCodec.ForType types;

  /** By the class of the message; with one only, of whatever class. */
  private final Map<Class<?>, Taker> takers;

  private final @Nullable Taker only;
  private final String name;
  private final boolean text;

  /**
   * @param text whether the messages are text
   */
  JsonReceiver(
      MessageCodec codec, MessageCodec.ForType types, Map<Class<?>, Taker> takers, boolean text) {
    this.codec = codec;
    this.types = types;
    this.takers = takers;
    Taker first = takers.values().iterator().next();
    this.only = haveOneMethod(takers.values()) ? first : null;
    this.name = first.answer.name();
    this.text = text;
  }

  /** Prepares for messages of several types, whose names must tell them apart. */
  static MessageCodec.ForType types(
      MessageCodec codec, Map<String, Class<?>> types, EndpointModel model)
      throws DeploymentException {
    try {
      return codec.forTypes(types);
    } catch (IllegalArgumentException e) {
      throw new DeploymentException(model.className() + ": " + e.getMessage(), e);
    }
  }

  private static boolean haveOneMethod(Collection<Taker> takers) {
    int method = takers.iterator().next().method;
    for (Taker taker : takers) {
      if (taker.method != method) {
        return false;
      }
    }
    return true;
  }

  /** Returns the same for messages of the other kind. */
  JsonReceiver binary() {
    return new JsonReceiver(codec, types, takers, false);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void whole(TautlineSession session, byte[] bytes, int from, int to) throws Throwable {
    Object value = types.decode(bytes, from, to, text);
    Taker taker = only != null ? only : taker(value);
    if (session.connection().mustDetach(taker.habit)) {
      Correlation question = text ? question(value, bytes, from, to) : null;
      session.inbox().detach(name(), () -> call(session, taker, value, question));
      return;
    }
    long since = session.connection().calling(taker.habit);
    try {
      Object result = session.standing().message(taker.method, value, true);
      if (result != null) {
        taker.answer.send(session, result, text, text ? question(value, bytes, from, to) : null);
      }
    } finally {
      session.connection().called(taker.habit, since);
    }
  }

  private void call(
      TautlineSession session, Taker taker, Object value, @Nullable Correlation question)
      throws Throwable {
    long since = session.connection().calling(taker.habit);
    try {
      Object result = session.standing().message(taker.method, value, true);
      if (result != null) {
        taker.answer.send(session, result, text, question);
      }
    } finally {
      session.connection().called(taker.habit, since);
    }
  }

  private Taker taker(Object value) {
    for (Class<?> type = value.getClass(); type != null; type = type.getSuperclass()) {
      Taker taker = takers.get(type);
      if (taker != null) {
        return taker;
      }
    }
    throw new IllegalStateException("no method takes a " + value.getClass().getName());
  }

  /**
   * Returns the number that the answer to a message has, if the message is a question: an {@code
   * id} that its type declares is its own.
   */
  private @Nullable Correlation question(Object value, byte[] bytes, int from, int to) {
    Correlation number = codec.correlation(bytes, from, to);
    return number == null || number.answer() || OWN_ID.get(value.getClass())
        ? null
        : new Correlation(number.number(), true);
  }

  private static boolean declaresId(Class<?> type) {
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        if (field.getName().equals("id")) {
          return true;
        }
      }
    }
    return false;
  }
}
