package io.tautline.samples.echo;

import io.tautline.channel.WebSocketChannel;
import io.tautline.protocol.CloseCode;
import io.tautline.protocol.ClosePayload;
import io.tautline.protocol.Opcode;
import io.tautline.protocol.ProtocolException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Messages to and from a server, each printed with the time. */
final class Conversation {
  private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS");
  private static final int SHOWN = 1000;

  private final WebSocketChannel channel;
  private final Deadline deadline;
  private final PrintStream out;

  /** How often something came back, and what it took. */
  private int rounds;

  private long shortest = Long.MAX_VALUE;
  private long longest;
  private long total;

  Conversation(WebSocketChannel channel, Deadline deadline, PrintStream out) {
    this.channel = channel;
    this.deadline = deadline;
    this.out = out;
    channel.readPongs();
  }

  private synchronized void print(String line) {
    out.println(MICROS.format(LocalTime.now(ZoneId.systemDefault())) + " " + line);
  }

  private static String shown(String text) {
    return text.length() <= SHOWN
        ? text
        : text.substring(0, SHOWN) + "… (" + text.length() + " characters)";
  }

  /**
   * Sends a message and waits for one.
   *
   * @return false if the server closed instead
   */
  boolean exchange(String text, boolean binary) throws IOException, ProtocolException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    print("sending: " + (binary ? bytes.length + " bytes" : shown(text)));
    long began = System.nanoTime();
    deadline.begin();
    channel.write(binary ? Opcode.BINARY : Opcode.TEXT, true, bytes, 0, bytes.length);
    return answered(began, false);
  }

  private void received(int kind) {
    print(
        "received: "
            + switch (kind) {
              case Opcode.TEXT -> shown(channel.text());
              case Opcode.PONG -> "pong " + channel.text();
              default -> channel.bytes().remaining() + " bytes";
            });
  }

  /**
   * Sends a Ping and waits for its Pong.
   *
   * @return false if the server closed instead
   */
  boolean ping(int number) throws IOException, ProtocolException {
    print("sending: ping " + number);
    long began = System.nanoTime();
    deadline.begin();
    channel.ping(Integer.toString(number).getBytes(StandardCharsets.US_ASCII));
    return answered(began, true);
  }

  /** Reads until the answer is there, and prints whatever comes. */
  private boolean answered(long began, boolean pong) throws IOException, ProtocolException {
    int kind = channel.read();
    while (kind != Opcode.CLOSE && (kind == Opcode.PONG) != pong) {
      received(kind);
      kind = channel.read();
    }
    deadline.met();
    if (kind == Opcode.CLOSE) {
      return false;
    }
    took(System.nanoTime() - began);
    received(kind);
    return true;
  }

  private void took(long nanos) {
    rounds++;
    shortest = Math.min(shortest, nanos);
    longest = Math.max(longest, nanos);
    total += nanos;
  }

  /** Prints how long the answers took. */
  void summary() {
    out.printf(
        Locale.ROOT,
        "%d round trips, shortest %.3f ms, mean %.3f ms, longest %.3f ms%n",
        rounds,
        shortest / 1e6,
        total / 1e6 / Math.max(1, rounds),
        longest / 1e6);
  }

  /** Sends each line of the input while another thread prints what comes; returns the status. */
  int interactive(InputStream lines) throws IOException, ProtocolException {
    Thread typing = new Thread(() -> type(lines), "echo-typing");
    typing.setDaemon(true);
    typing.start();
    for (int kind = channel.read(); kind != Opcode.CLOSE; kind = channel.read()) {
      received(kind);
    }
    return status();
  }

  private void type(InputStream lines) {
    try {
      BufferedReader reader =
          new BufferedReader(new InputStreamReader(lines, StandardCharsets.UTF_8));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        print("sending: " + shown(line));
        channel.writeText(line);
      }
      deadline.begin();
      channel.close(CloseCode.NORMAL, "");
    } catch (IOException e) {
      print("cannot send any more: " + e.getMessage());
    }
  }

  /** Holds the closing handshake; returns the status. */
  int close() throws IOException, ProtocolException {
    deadline.begin();
    channel.close(CloseCode.NORMAL, "");
    int kind = channel.read();
    while (kind != Opcode.CLOSE) {
      received(kind);
      kind = channel.read();
    }
    deadline.met();
    return status();
  }

  /** Returns the exit status that the Close frame means, and prints one that is unusual. */
  int status() {
    ClosePayload cause = channel.cause();
    if (cause.code() == CloseCode.NORMAL) {
      return 0;
    }
    print("closed: " + cause.code() + (cause.reason().isEmpty() ? "" : " " + cause.reason()));
    return 3;
  }
}
