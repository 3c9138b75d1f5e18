package io.tautline.tests.samples;

import static io.tautline.tests.samples.Pipe.join;
import static io.tautline.tests.samples.Pipe.packet;
import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.tests.JdkClient;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies in the pipes, byte for byte. */
class PipeFormatsTest {
  @TempDir Path folder;

  /** The address of an open event, padded to 46 bytes. */
  private static byte[] opened(int client, String address) {
    return packet(client, 0x10, ByteBuffer.allocate(46).put(address.getBytes()).array());
  }

  @Test
  void strictPacketsTellWhoComesWhatIsSaidAndWhoGoes() throws Exception {
    byte[] told =
        join(
            opened(1, "127.0.0.1"),
            packet(1, 1, "grüße"),
            packet(1, 2, new byte[] {0, 1, (byte) 0xff}),
            packet(1, 1, ""),
            packet(1, 8, ""));
    byte[] next = opened(2, "127.0.0.1");
    try (Pipe pipe = new Pipe(folder, "--strict", "--addr", "127.0.0.1");
        InputStream out = pipe.read()) {
      try (JdkClient one = new JdkClient(pipe.port, "/any/path?at=all")) {
        one.send("grüße");
        one.socket().sendBinary(ByteBuffer.wrap(new byte[] {0, 1, (byte) 0xff}), true).join();
        one.send("");
        one.socket().sendClose(1000, "done").join();
        one.expect("close 1000 ");
      }
      // Its goodbye may be answered before the pipe is told, so another could come between.
      assertThat(out.readNBytes(told.length)).isEqualTo(told);
      try (JdkClient two = new JdkClient(pipe.port, "/")) {
        assertThat(out.readNBytes(next.length)).isEqualTo(next);
        assertThat(two.socket().isOutputClosed()).isFalse();
      }
    }
  }

  @Test
  void strictPacketsReachEveryoneOrOneAndCanPingAndClose() throws Exception {
    try (Pipe pipe = new Pipe(folder, "--strict");
        InputStream out = pipe.read()) {
      try (JdkClient one = new JdkClient(pipe.port, "/")) {
        out.readNBytes(58);
        try (JdkClient two = new JdkClient(pipe.port, "/")) {
          out.readNBytes(58);
          pipe.write(
              join(
                  packet(0, 1, "all"),
                  packet(2, 2, new byte[300]),
                  packet(77, 1, "nobody"),
                  packet(0, 9, "alive?"),
                  packet(1, 8, join(new byte[] {0x0f, (byte) 0xa1}, "enough".getBytes())),
                  packet(2, 1, "you"),
                  packet(2, 8, "")));
          one.expect("text all");
          one.expect("close 4001 enough");
          two.expect("text all");
          two.expect("binary 300");
          two.expect("text you");
          two.expect("close 1000 ");
        }
      }
    }
  }

  @Test
  void aPacketThatCannotBeSentTakesNoOtherWithIt() throws Exception {
    try (Pipe pipe = new Pipe(folder, "--strict", "--max-message-size", "1000");
        JdkClient client = new JdkClient(pipe.port, "/")) {
      byte[] packets =
          join(
              packet(0, 7, "what is this"),
              packet(0, 1, "first"),
              packet(0, 1, new byte[70_000]),
              packet(0, 1, "second"),
              packet(0, 9, new byte[126]),
              packet(0, 8, new byte[] {3}),
              packet(0, 1, "third"));
      pipe.write(packets);
      client.expect("text first");
      client.expect("text second");
      client.expect("text third");
      pipe.process.awaitError("left out: its type is 7; there are 1 text, 2 binary");
      pipe.process.awaitError("left out: it has 70000 bytes; --max-message-size allows 1000");
      pipe.process.awaitError("left out: a ping or close has at most 125 bytes, this has 126");
      pipe.process.awaitError("left out: a close is two bytes of code and a reason, or nothing");
    }
  }

  @Test
  void packetsMayBeCutAnywhere() throws Exception {
    byte[] packets = join(packet(0, 1, "one"), packet(0, 9, new byte[126]), packet(0, 1, "two"));
    try (Pipe pipe = new Pipe(folder, "--strict");
        JdkClient client = new JdkClient(pipe.port, "/");
        OutputStream in = new FileOutputStream(pipe.in.toFile())) {
      for (byte one : packets) {
        in.write(one);
      }
      client.expect("text one");
      client.expect("text two");
    }
  }

  @Test
  void jsonEventsTellPathHeadersAndReasons() throws Exception {
    try (Pipe pipe = new Pipe(folder, "--strict", "--json-events");
        InputStream out = pipe.read()) {
      try (JdkClient client = new JdkClient(pipe.port, "/a?b=c", java.util.Map.of("X-Who", "me"))) {
        assertThat(json(out, 0x10))
            .contains("\"address\":\"127.0.0.1\"", "\"path\":\"/a?b=c\"", "\"X-Who\":[\"me\"]");
        client.socket().sendClose(4000, "bye").join();
        assertThat(json(out, 8)).isEqualTo("{\"code\":4000,\"reason\":\"bye\"}");
      }
    }
  }

  private static String json(InputStream out, int type) throws Exception {
    ByteBuffer header = ByteBuffer.wrap(out.readNBytes(12));
    assertThat(header.getInt(4)).isEqualTo(type);
    return new String(out.readNBytes(header.getInt(8)), StandardCharsets.UTF_8);
  }

  @Test
  void aLineIsAMessageBothWays() throws Exception {
    try (Pipe pipe = new Pipe(folder, "--lines", "--max-message-size", "20");
        JdkClient client = new JdkClient(pipe.port, "/")) {
      CompletableFuture<byte[]> out = pipe.readLater(10);
      pipe.write("one\ntwo\r\n\nhal");
      pipe.write("f\n" + "x".repeat(70_000) + "\nlast\n");
      client.expect("text one");
      client.expect("text two");
      client.expect("text ");
      client.expect("text half");
      client.expect("text last");
      pipe.process.awaitError("left out: a line is longer than 20 bytes, see --max-message-size");
      client.send("abc").send("defgh");
      assertThat(out.get(10, TimeUnit.SECONDS)).asString().isEqualTo("abc\ndefgh\n");
    }
  }

  @Test
  void lengthsStandBeforeMessagesBothWays() throws Exception {
    try (Pipe pipe = new Pipe(folder, "--lengths", "--binary");
        JdkClient client = new JdkClient(pipe.port, "/")) {
      CompletableFuture<byte[]> out = pipe.readLater(4 + 5);
      pipe.write(new byte[] {0, 0, 0, 3, 10, 13, 0, 0, 0, 0, 0, 0, 0, 0, 1, 42});
      client.expect("binary 3");
      client.expect("binary 0");
      client.expect("binary 1");
      client.send("a\nb\nc");
      assertThat(out.get(10, TimeUnit.SECONDS))
          .isEqualTo(join(new byte[] {0, 0, 0, 5}, "a\nb\nc".getBytes()));
    }
  }

  @Test
  void rawTextMayBeCutInsideACharacterAndHoldZeros() throws Exception {
    try (Pipe pipe = new Pipe(folder);
        JdkClient client = new JdkClient(pipe.port, "/");
        OutputStream in = new FileOutputStream(pipe.in.toFile())) {
      byte[] text = "a\0b😀".getBytes(StandardCharsets.UTF_8);
      in.write(text, 0, 5);
      client.expect("text a\0b");
      in.write(text, 5, 2);
      client.expect("text 😀");
      in.write(new byte[] {'c', (byte) 0xff, 'd'});
      client.expect("text c\ufffdd");
      byte[] large = "x".repeat(5000).getBytes(StandardCharsets.UTF_8);
      in.write(large);
      client.expect("text " + "x".repeat(5000));
    }
  }

  @Test
  void rawMessagesComeOutOneBehindTheOther() throws Exception {
    try (Pipe pipe = new Pipe(folder);
        JdkClient client = new JdkClient(pipe.port, "/")) {
      CompletableFuture<byte[]> out = pipe.readLater(6);
      client.send("abc").send("def");
      assertThat(out.get(10, TimeUnit.SECONDS)).asString().isEqualTo("abcdef");
    }
  }

  @Test
  void theStandardStreamsTakeThePlaceOfThePipes() throws Exception {
    try (Pipe pipe = new Pipe(folder, "--std", "--lines");
        JdkClient client = new JdkClient(pipe.port, "/")) {
      pipe.process.in().write("from stdin\n".getBytes());
      pipe.process.in().flush();
      client.expect("text from stdin");
      client.send("to stdout");
      assertThat(pipe.process.out().readNBytes(10)).asString().isEqualTo("to stdout\n");
    }
  }

  @Test
  void echoModeAnswersTellsNobodyAndStillBroadcasts() throws Exception {
    try (Pipe pipe = new Pipe(folder, "--echo-mode", "--lines");
        JdkClient client = new JdkClient(pipe.port, "/")) {
      CompletableFuture<byte[]> out = pipe.readLater(1);
      client.send("hello");
      client.expect("text hello");
      client.socket().sendBinary(ByteBuffer.allocate(70_000), true).join();
      int back = 0;
      while (back < 70_000) {
        back += Integer.parseInt(client.next().replace("binary ", ""));
      }
      pipe.write("news\n");
      client.expect("text news");
      assertThat(out).isNotDone();
    }
  }
}
