package io.tautline.tests.samples;

import static io.tautline.tests.samples.Pipe.packet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tautline.channel.ClientDial;
import io.tautline.channel.WebSocketChannel;
import io.tautline.protocol.Opcode;
import io.tautline.tests.JdkClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How the gateway starts, and how it ends. */
class PipeStartTest {
  @TempDir Path folder;

  @Test
  void sigtermTells1001RemovesThePipesAndExitsWith0() throws Exception {
    try (Pipe pipe = new Pipe(folder);
        JdkClient client = new JdkClient(pipe.port, "/")) {
      assertThat(pipe.process.terminate()).isZero();
      client.expect("close 1001 the server is stopping");
      assertThat(pipe.in).doesNotExist();
      assertThat(pipe.out).doesNotExist();
    }
  }

  @Test
  void aReaderThatIsStuckDoesNotHoldUpTheEnd() throws Exception {
    try (Pipe pipe = new Pipe(folder, "--max-queue", "1000");
        WebSocketChannel client = pipe.connect();
        InputStream stuck = pipe.read()) {
      client.writeText("first");
      assertThat(stuck.read()).isEqualTo('f');
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(
              () -> {
                try {
                  while (true) {
                    client.writeText("x".repeat(10_000));
                  }
                } catch (IOException e) {
                  // the gateway has gone
                }
              });
      await().pollDelay(Duration.ofMillis(500)).until(() -> !sending.isDone());
      assertThat(pipe.process.terminate()).isZero();
    }
  }

  @Test
  void pipesThatWereThereStay() throws Exception {
    Path in = folder.resolve("in.fifo");
    assertThat(new ProcessBuilder("mkfifo", in.toString()).start().waitFor()).isZero();
    try (Pipe pipe = new Pipe(folder)) {
      assertThat(pipe.process.terminate()).isZero();
      assertThat(pipe.in).exists();
      assertThat(pipe.out).doesNotExist();
    }
  }

  @Test
  void untilEofStopsWhenTheInputEnds() throws Exception {
    try (Pipe pipe = new Pipe(folder, "--stdin", "--strict", "--until-eof");
        JdkClient client = new JdkClient(pipe.port, "/")) {
      pipe.process.in().write(packet(0, 1, "last words"));
      pipe.process.in().close();
      client.expect("text last words");
      client.expect("close 1001 the server is stopping");
      assertThat(pipe.process.exit()).isZero();
    }
  }

  @Test
  void anInputThatEndsWithinAPacketIsOneClearLineAndExit1() throws Exception {
    try (Pipe pipe = new Pipe(folder, "--stdin", "--strict", "--until-eof")) {
      pipe.process.in().write(Arrays.copyOf(packet(0, 1, "hello"), 14));
      pipe.process.in().close();
      assertThat(pipe.process.exit()).isEqualTo(1);
      pipe.process.awaitError("the input ended within a packet: 3 bytes are missing");
      assertThat(pipe.process.errors()).noneMatch(line -> line.startsWith("\tat "));
    }
  }

  @Test
  void aUnixSocketIsServedRemovedAndTakenOverWhenStale() throws Exception {
    Path socket = folder.resolve("ws.sock");
    Files.createFile(folder.resolve("placeholder"));
    for (int i = 0; i < 2; i++) {
      try (SampleProcess process = unix(socket)) {
        process.awaitError("pipe on " + socket);
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
          WebSocketChannel client = new ClientDial().dial(URI.create("ws://localhost/"), channel);
          client.writeText("hello");
          assertThat(client.read()).isEqualTo(Opcode.TEXT);
          assertThat(client.text()).isEqualTo("hello");
        }
        if (i == 0) {
          process.kill(); // so that the file stays
          process.exit();
          assertThat(socket).exists();
        } else {
          assertThat(process.terminate()).isZero();
          assertThat(socket).doesNotExist();
        }
      }
    }
  }

  private SampleProcess unix(Path socket) throws IOException {
    return new SampleProcess(
        "pipe",
        "--unix-socket=" + socket,
        "--echo-mode",
        "--pipein=" + folder.resolve("i"),
        "--pipeout=" + folder.resolve("o"));
  }

  @Test
  void aFileThatIsNoSocketIsNotTakenForAStaleOne() throws Exception {
    Path notes = folder.resolve("notes.txt");
    Files.writeString(notes, "keep me");
    try (SampleProcess process = unix(notes)) {
      assertThat(process.errors())
          .containsExactly(
              "Cannot start: " + notes + " is not a socket. Name another with --unix-socket.");
      assertThat(process.exit()).isEqualTo(1);
      assertThat(notes).hasContent("keep me");
    }
  }

  @Test
  void aConfigurationFileHoldsTheSameOptions() throws Exception {
    Path config = folder.resolve("pipe.properties");
    Files.writeString(
        config,
        "lines = true\nsubprotocol = one\nroute = /a="
            + folder.resolve("a.in")
            + ","
            + folder.resolve("a.out")
            + "\n");
    try (Pipe pipe = new Pipe(folder, "--config", config.toString());
        JdkClient any = new JdkClient(pipe.port, "/", "one");
        JdkClient a = new JdkClient(pipe.port, "/a")) {
      assertThat(any.socket().getSubprotocol()).isEqualTo("one");
      pipe.write("two\nlines\n");
      any.expect("text two");
      any.expect("text lines");
      Files.writeString(folder.resolve("a.in"), "to a\n", java.nio.file.StandardOpenOption.WRITE);
      a.expect("text to a");
    }
  }

  static Stream<List<String>> mistakes() throws IOException {
    return Stream.of(
        List.of("2", "Unknown option: '--prot'. Try --help.", "--prot"),
        List.of("2", "Unmatched argument at index 0: 'stray'. Try --help.", "stray"),
        List.of("2", "--ssl-cert and --ssl-key go together. Try --help.", "--ssl-cert=x"),
        List.of(
            "2",
            "a route is PATH=IN,OUT or PATH@SUBPROTOCOL=IN,OUT, not /a. Try --help.",
            "--route=/a"),
        List.of(
            "2",
            "--strict, --lines and --lengths exclude each other. Try --help.",
            "--strict",
            "--lines"),
        List.of("2", "a port is 0 to 65535, not 70000. Try --help.", "--port=70000"),
        List.of("2", "a size must be positive, not 0. Try --help.", "--max-queue=0"),
        List.of("2", "cannot read /nowhere. Try --help.", "--config", "/nowhere"),
        List.of(
            "1",
            "Cannot start: cannot read /nowhere, see --ssl-cert and --ssl-key",
            "--ssl-cert=/nowhere",
            "--ssl-key=/nowhere"),
        List.of(
            "1",
            "Cannot start: FOLDER is not a named pipe. Name another with --pipein.",
            "--pipein=FOLDER"),
        List.of(
            "1",
            "Cannot start: FOLDER is not a named pipe. Name another with --pipeout.",
            "--pipeout=FOLDER"),
        List.of(
            "1",
            "Cannot start: mkfifo: cannot create fifo '/nowhere/in': No such file or directory. Name another with --pipein.",
            "--pipein=/nowhere/in"),
        List.of(
            "1",
            "Cannot listen on port PORT: Address already in use. Choose another with --port.",
            "--port=PORT"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsOneClearLineAndTheRightStatus(List<String> mistake) throws Exception {
    try (java.net.ServerSocket taken = new java.net.ServerSocket(0)) {
      List<String> all =
          mistake.stream()
              .map(text -> text.replace("FOLDER", folder.toString()))
              .map(text -> text.replace("PORT", taken.getLocalPort() + ""))
              .toList();
      List<String> arguments = new java.util.ArrayList<>(all.subList(2, all.size()));
      for (String pipe : new String[] {"--pipein", "--pipeout"}) {
        if (arguments.stream().noneMatch(argument -> argument.startsWith(pipe))) {
          arguments.add(pipe + "=" + folder.resolve(pipe + ".fifo"));
        }
      }
      try (SampleProcess process = new SampleProcess("pipe", arguments.toArray(String[]::new))) {
        assertThat(process.errors()).containsExactly(all.get(1));
        assertThat(process.exit()).isEqualTo(Integer.parseInt(all.get(0)));
        assertThat(Files.exists(folder.resolve("--pipein.fifo"))).isFalse();
      }
    }
  }

  @Test
  void helpAndVersionExitWith0() throws Exception {
    for (String option : new String[] {"--help", "-h", "--version", "-V"}) {
      try (SampleProcess process = new SampleProcess("pipe", option)) {
        assertThat(process.exit()).isZero();
        String said = new String(process.out().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said)
            .contains(
                option.toLowerCase(java.util.Locale.ROOT).contains("v") ? "pipe " : "--pipein");
      }
    }
  }
}
