package io.tautline.samples.pipe;

import io.tautline.connection.OutgoingMessage;
import io.tautline.protocol.CloseCode;
import io.tautline.protocol.ClosePayload;
import io.tautline.protocol.ProtocolException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The clients of one pair of pipes. */
final class Hub {
  private static final System.Logger LOG = System.getLogger("io.tautline.samples.pipe");

  /** Most messages that are given to a client at once. */
  private static final int BATCH = 1024;

  private final Settings settings;
  private final PipeOut out;
  private final PacketWriter writer;
  private final Map<Integer, Client> clients = new ConcurrentHashMap<>();

  Hub(Settings settings, PipeOut out) {
    this.settings = settings;
    this.out = out;
    this.writer = new PacketWriter(settings.format(), settings.jsonEvents());
  }

  /** Returns whether the program takes too little for one more to come. */
  boolean isBehind() {
    return out.isBehind();
  }

  /** Takes a client in, before it is told that it is connected, so that it misses nothing. */
  Client join(Client client) {
    clients.put(client.visitor().id(), client);
    if (!settings.echo()) {
      out.event(writer.open(client.visitor()));
    }
    return client;
  }

  void left(Client client, ClosePayload cause) {
    clients.remove(client.visitor().id());
    if (!settings.echo()) {
      out.event(writer.close(client.visitor().id(), cause));
    }
  }

  /** Gives a message to the program; returns false if it reads too slowly to take it. */
  boolean received(Visitor visitor, int type, byte[] bytes, int from, int to) {
    return out.put(writer.message(visitor.id(), type, bytes, from, to));
  }

  void tooSlow(Visitor visitor) {
    LOG.log(
        Level.DEBUG,
        "client {0} takes messages too slowly, see --slow-client and --max-queue",
        Integer.toString(visitor.id()));
  }

  /** Tells of a packet that cannot be sent. */
  void refused(String why) {
    LOG.log(Level.WARNING, "a packet was left out: {0}", why);
  }

  /** Carries out what the program wants, in order. */
  void dispatch(List<Packet> packets) {
    List<OutgoingMessage> batch = new ArrayList<>();
    for (Packet packet : packets) {
      boolean message = packet.type() == Packet.TEXT || packet.type() == Packet.BINARY;
      if (message && packet.client() == Packet.EVERYONE) {
        batch.add(outgoing(packet));
        if (batch.size() < BATCH) {
          continue;
        }
      }
      batch = broadcast(batch);
      if (!message || packet.client() != Packet.EVERYONE) {
        targets(packet).forEach(client -> apply(packet, client));
      }
    }
    broadcast(batch);
  }

  /** Gives messages to everyone who is there now; returns an empty list for the next. */
  private List<OutgoingMessage> broadcast(List<OutgoingMessage> batch) {
    if (!batch.isEmpty()) {
      List<Client> everyone = List.copyOf(clients.values()); // not who comes meanwhile
      everyone.forEach(client -> client.deliver(batch));
      everyone.forEach(this::awaitIfWanted);
    }
    return new ArrayList<>();
  }

  private void awaitIfWanted(Client client) {
    if (settings.slowClients() == SlowClients.WAIT) {
      try {
        client.awaitTaken();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private List<Client> targets(Packet packet) {
    if (packet.client() == Packet.EVERYONE) {
      return List.copyOf(clients.values());
    }
    Client client = clients.get(packet.client());
    if (client == null) {
      LOG.log(
          Level.DEBUG,
          "no client {0}; a packet was left out",
          Integer.toUnsignedString(packet.client()));
      return List.of();
    }
    return List.of(client);
  }

  private void apply(Packet packet, Client client) {
    switch (packet.type()) {
      case Packet.CLOSE -> client.close(closing(packet.payload()));
      case Packet.PING -> client.ping(packet.payload());
      default -> {
        client.deliver(List.of(outgoing(packet)));
        awaitIfWanted(client);
      }
    }
  }

  private static ClosePayload closing(byte[] payload) {
    try {
      return payload.length == 0
          ? new ClosePayload(CloseCode.NORMAL, "")
          : ClosePayload.parse(payload, 0, payload.length);
    } catch (ProtocolException e) {
      throw new IllegalArgumentException("checked by the reader", e);
    }
  }

  /** Text must be UTF-8; what is not is shown as U+FFFD. */
  private static OutgoingMessage outgoing(Packet packet) {
    byte[] payload = packet.payload();
    if (packet.type() == Packet.TEXT) {
      payload = new String(payload, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
    }
    return new OutgoingMessage(packet.type(), payload);
  }
}
