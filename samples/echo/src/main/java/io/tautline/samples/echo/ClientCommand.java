package io.tautline.samples.echo;

import io.tautline.channel.ClientDial;
import io.tautline.channel.WebSocketChannel;
import io.tautline.deflate.DeflateOptions;
import io.tautline.handshake.HandshakeException;
import io.tautline.handshake.Headers;
import io.tautline.protocol.ProtocolException;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Talks to a WebSocket server. */
@Command(
    name = "client",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    usageHelpWidth = 100,
    description = "Sends messages and prints what comes back, with microseconds.",
    footer = {
      "%nExits with 0 after a closing handshake; with 1 if it cannot connect, the server refuses or",
      "breaks off, or no answer comes in time; with 2 if it does not understand its arguments; with",
      "3 if the server closes with another code than 1000."
    })
final class ClientCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "ws://localhost:9000/echo_service",
      description = "server to talk to, ws or wss (${DEFAULT-VALUE})")
  private String url = "";

  @Option(
      names = "--message",
      paramLabel = "TEXT",
      defaultValue = "Test message",
      description = "what to send (${DEFAULT-VALUE})")
  private String message = "";

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1",
      description = "how many times (${DEFAULT-VALUE})")
  private int count;

  @Option(names = "--size", paramLabel = "BYTES", description = "send that many bytes instead")
  private int size = -1;

  @Option(names = "--binary", description = "send binary messages")
  private boolean binary;

  @Option(names = "--ping", description = "send Pings and wait for their Pongs")
  private boolean ping;

  @Option(names = "--interactive", description = "send each line typed, print what comes")
  private boolean interactive;

  @Option(
      names = "--header",
      paramLabel = "'NAME: VALUE'",
      description = "header of the request; repeatable")
  private List<String> headers = new ArrayList<>();

  @Option(names = "--subprotocol", paramLabel = "NAME", description = "offered; repeatable")
  private List<String> subprotocols = new ArrayList<>();

  @Option(names = "--compression", description = "offer compression")
  private boolean compression;

  @Option(names = "--insecure", description = "trust any certificate, for any host")
  private boolean insecure;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "longest wait for the connection and for each answer (${DEFAULT-VALUE})")
  private int timeout;

  @Option(names = "--trace", description = "print the handshake and every frame")
  private boolean trace;

  @Override
  public Integer call() {
    URI uri = uri();
    Headers extra = extra();
    if (count <= 0 || timeout <= 0) {
      throw wrong("--count and --timeout must be positive");
    }
    try (Deadline deadline = new Deadline(timeout);
        ByteChannel socket = Dialed.connect(uri, insecure, deadline)) {
      DeflateOptions deflate = compression ? DeflateOptions.DEFAULT : null;
      ClientDial dial = new ClientDial(subprotocols, extra, deflate, Integer.MAX_VALUE);
      deadline.begin();
      WebSocketChannel channel =
          dial.dial(uri, trace ? new TracingChannel(socket, System.err) : socket);
      deadline.met();
      return talk(channel, deadline);
    } catch (HandshakeException e) {
      System.err.println("The server refused: " + e.rule());
    } catch (ProtocolException e) {
      System.err.println("The server broke the protocol, " + e.code() + ": " + e.rule());
    } catch (EOFException e) {
      System.err.println("The server is gone: " + e.getMessage());
    } catch (ClosedChannelException e) {
      System.err.println("No answer within " + timeout + " s, see --timeout");
    } catch (IOException e) {
      System.err.println("Cannot talk to " + url + ": " + e.getMessage());
    }
    return 1;
  }

  private int talk(WebSocketChannel channel, Deadline deadline)
      throws IOException, ProtocolException {
    Conversation conversation = new Conversation(channel, deadline, System.out);
    if (interactive) {
      return conversation.interactive(System.in);
    }
    String payload = size >= 0 ? "x".repeat(size) : message;
    for (int i = 0; i < count; i++) {
      boolean open = ping ? conversation.ping(i) : conversation.exchange(payload, binary);
      if (!open) {
        return conversation.status();
      }
    }
    if (count > 1) {
      conversation.summary();
    }
    return conversation.close();
  }

  private URI uri() {
    try {
      URI uri = new URI(url);
      boolean known =
          "ws".equalsIgnoreCase(uri.getScheme()) || "wss".equalsIgnoreCase(uri.getScheme());
      if (known && uri.getHost() != null && uri.getFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw wrong("not a URL: " + e.getMessage());
    }
    throw wrong("a URL is ws://HOST/PATH or wss://HOST/PATH, not " + url);
  }

  private Headers extra() {
    Headers.Builder all = Headers.builder();
    for (String header : headers) {
      int colon = header.indexOf(':');
      if (colon <= 0) {
        throw wrong("a header is 'NAME: VALUE', not " + header);
      }
      try {
        all.add(header.substring(0, colon).strip(), header.substring(colon + 1).strip());
      } catch (IllegalArgumentException e) {
        throw wrong(String.valueOf(e.getMessage()));
      }
    }
    return all.build();
  }

  private ParameterException wrong(String why) {
    if (spec == null) {
      throw new IllegalStateException(why);
    }
    return new ParameterException(spec.commandLine(), why);
  }
}
