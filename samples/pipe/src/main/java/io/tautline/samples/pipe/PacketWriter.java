package io.tautline.samples.pipe;

import io.tautline.protocol.ClosePayload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Makes the bytes that tell a program what clients do. */
final class PacketWriter {
  /** Bytes of an address, padded with zeros: what C calls INET6_ADDRSTRLEN. */
  private static final int ADDRESS_BYTES = 46;

  private static final JsonMapper JSON = new JsonMapper();

  private final Format format;
  private final boolean jsonEvents;

  PacketWriter(Format format, boolean jsonEvents) {
    this.format = format;
    this.jsonEvents = jsonEvents;
  }

  /** Returns the packet of a message. */
  byte[] message(int client, int type, byte[] bytes, int from, int to) {
    int length = to - from;
    ByteBuffer packet =
        switch (format) {
          case RAW -> ByteBuffer.allocate(length);
          case LINES -> ByteBuffer.allocate(length + 1);
          case LENGTHS -> ByteBuffer.allocate(4 + length).putInt(length);
          case STRICT ->
              ByteBuffer.allocate(12 + length).putInt(client).putInt(type).putInt(length);
        };
    packet.put(bytes, from, length);
    if (format == Format.LINES) {
      packet.put((byte) '\n');
    }
    return packet.array();
  }

  /** Returns what tells that a client has come, or null if this format does not. */
  byte @Nullable [] open(Visitor visitor) {
    if (format != Format.STRICT) {
      return null;
    }
    if (!jsonEvents) {
      byte[] address = visitor.address().getBytes(StandardCharsets.US_ASCII);
      return message(
          visitor.id(), Packet.OPEN, Arrays.copyOf(address, ADDRESS_BYTES), 0, ADDRESS_BYTES);
    }
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("address", visitor.address());
    event.put("path", visitor.path());
    event.put("subprotocol", visitor.subprotocol());
    event.put("headers", visitor.headers().asMap());
    return event(visitor.id(), Packet.OPEN, event);
  }

  /** Returns what tells that a client has gone, or null if this format does not. */
  byte @Nullable [] close(int client, ClosePayload cause) {
    if (format != Format.STRICT) {
      return null;
    }
    if (!jsonEvents) {
      return message(client, Packet.CLOSE, new byte[0], 0, 0);
    }
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("code", cause.code());
    event.put("reason", cause.reason());
    return event(client, Packet.CLOSE, event);
  }

  private byte[] event(int client, int type, Map<String, Object> event) {
    byte[] json = JSON.writeValueAsBytes(event);
    return message(client, type, json, 0, json.length);
  }
}
