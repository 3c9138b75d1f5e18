package io.tautline.container;

import io.tautline.model.CoderModel.Wire;
import io.tautline.spi.Beans;
import io.tautline.transport.LogLimit;
import jakarta.websocket.DecodeException;
import jakarta.websocket.Decoder;
import jakarta.websocket.EncodeException;
import jakarta.websocket.Encoder;
import jakarta.websocket.EndpointConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.lang.System.Logger.Level;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The Jakarta decoders and encoders of one session: one instance of each class, from open to close.
 */
final class Coders {
  private static final System.Logger LOG = System.getLogger("io.tautline.container");
  private static final LogLimit FAILURES = new LogLimit();

  /** What a decoder interface means; the Java type is its type argument. */
  static final Map<Class<? extends Decoder>, Wire> DECODERS =
      Map.of(
          Decoder.Text.class, Wire.TEXT,
          Decoder.TextStream.class, Wire.TEXT_STREAM,
          Decoder.Binary.class, Wire.BINARY,
          Decoder.BinaryStream.class, Wire.BINARY_STREAM);

  private final List<Decoder> decoders = new ArrayList<>();
  private final List<Encoder> encoders = new ArrayList<>();

  /**
   * Held while an encoder encodes: several threads may send on a session, but an instance is used
   * by one thread at a time (Jakarta WebSocket, Encoder). Decoders are used in turns only.
   */
  private final ReentrantLock encoding = new ReentrantLock();

  /** Makes and initialises an instance of each class that {@code config} names. */
  Coders(EndpointConfig config, Beans beans) throws ReflectiveOperationException {
    try {
      for (Class<? extends Decoder> type : config.getDecoders()) {
        Decoder decoder = Instances.create(type, beans);
        decoder.init(config);
        decoders.add(decoder);
      }
      for (Class<? extends Encoder> type : config.getEncoders()) {
        Encoder encoder = Instances.create(type, beans);
        encoder.init(config);
        encoders.add(encoder);
      }
    } catch (ReflectiveOperationException | RuntimeException | Error e) {
      destroy();
      throw e;
    }
  }

  /** Returns whether a decoder class reads {@code type} from text, or from binary. */
  static boolean decodes(Class<? extends Decoder> decoder, Class<?> type, boolean text) {
    for (Map.Entry<Class<? extends Decoder>, Wire> kind : DECODERS.entrySet()) {
      if (kind.getValue().isText() == text) {
        Type produced = Types.argument(decoder, kind.getKey());
        if (produced != null && type.isAssignableFrom(Types.erase(produced))) {
          return true;
        }
      }
    }
    return false;
  }

  /** Reads a text message: by the first decoder for {@code type} that is willing. */
  Object decodeText(Class<?> type, String text) throws DecodeException, IOException {
    for (Decoder decoder : decoders) {
      if (!decodes(decoder.getClass(), type, true)) {
        continue;
      }
      if (decoder instanceof Decoder.Text<?> whole) {
        if (whole.willDecode(text)) {
          return decoded(whole.decode(text), whole, text);
        }
      } else if (decoder instanceof Decoder.TextStream<?> stream) {
        return decoded(stream.decode(new StringReader(text)), stream, text);
      }
    }
    throw new DecodeException(text, "no decoder is willing to read a " + type.getSimpleName());
  }

  /** Returns what a decoder has made of a message, which is never nothing. */
  private static <T> T decoded(@Nullable T object, Decoder decoder, String text)
      throws DecodeException {
    if (object == null) {
      throw new DecodeException(text, returnedNull(decoder));
    }
    return object;
  }

  private static <T> T decoded(@Nullable T object, Decoder decoder, byte[] message)
      throws DecodeException {
    if (object == null) {
      throw new DecodeException(ByteBuffer.wrap(message), returnedNull(decoder));
    }
    return object;
  }

  private static String returnedNull(Decoder decoder) {
    return decoder.getClass().getName() + " returned null. Let it throw a DecodeException.";
  }

  /** Reads a binary message: by the first decoder for {@code type} that is willing. */
  Object decodeBinary(Class<?> type, byte[] message) throws DecodeException, IOException {
    for (Decoder decoder : decoders) {
      if (!decodes(decoder.getClass(), type, false)) {
        continue;
      }
      if (decoder instanceof Decoder.Binary<?> whole) {
        if (whole.willDecode(ByteBuffer.wrap(message))) {
          return decoded(whole.decode(ByteBuffer.wrap(message)), whole, message);
        }
      } else if (decoder instanceof Decoder.BinaryStream<?> stream) {
        return decoded(stream.decode(new ByteArrayInputStream(message)), stream, message);
      }
    }
    throw new DecodeException(
        ByteBuffer.wrap(message), "no decoder is willing to read a " + type.getSimpleName());
  }

  /** Returns a message as the first fitting encoder writes it, a String or bytes; null if none. */
  @Nullable Object encode(Object value) throws EncodeException, IOException {
    encoding.lock();
    try {
      return encodeAlone(value);
    } finally {
      encoding.unlock();
    }
  }

  @SuppressWarnings("unchecked") // the encoder's type argument has been compared
  private @Nullable Object encodeAlone(Object value) throws EncodeException, IOException {
    for (Encoder encoder : encoders) {
      if (encoder instanceof Encoder.Text<?> text && encodes(encoder, Encoder.Text.class, value)) {
        return ((Encoder.Text<Object>) text).encode(value);
      }
      if (encoder instanceof Encoder.Binary<?> binary
          && encodes(encoder, Encoder.Binary.class, value)) {
        return ((Encoder.Binary<Object>) binary).encode(value);
      }
      if (encoder instanceof Encoder.TextStream<?> stream
          && encodes(encoder, Encoder.TextStream.class, value)) {
        StringWriter writer = new StringWriter();
        ((Encoder.TextStream<Object>) stream).encode(value, writer);
        return writer.toString();
      }
      if (encoder instanceof Encoder.BinaryStream<?> stream
          && encodes(encoder, Encoder.BinaryStream.class, value)) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ((Encoder.BinaryStream<Object>) stream).encode(value, bytes);
        return ByteBuffer.wrap(bytes.toByteArray());
      }
    }
    return null;
  }

  private static boolean encodes(Encoder encoder, Class<?> kind, Object value) {
    Type taken = Types.argument(encoder.getClass(), kind);
    return taken != null && Types.erase(taken).isInstance(value);
  }

  /** Lets every instance go. */
  void destroy() {
    encoding.lock();
    try {
      decoders.forEach(decoder -> destroy(decoder, decoder::destroy));
      encoders.forEach(encoder -> destroy(encoder, encoder::destroy));
    } finally {
      encoding.unlock();
    }
  }

  /** Lets one go, whose failure is not that of the others. */
  private static void destroy(Object coder, Runnable destroy) {
    try {
      destroy.run();
    } catch (RuntimeException | Error e) {
      long count = FAILURES.admit();
      if (count > 0) {
        String what = "destroying " + coder.getClass().getName() + " failed";
        LOG.log(Level.WARNING, what + LogLimit.times(count), e);
      }
    }
  }
}
