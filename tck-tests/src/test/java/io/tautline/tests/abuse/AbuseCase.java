package io.tautline.tests.abuse;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.Deflater;

/**
 * Something that a peer does.
 *
 * @param name for people
 * @param upgraded whether it comes after a good handshake
 * @param compressed whether that handshake agreed on compression
 * @param bytes what is sent
 * @param answer how it ends, see {@link RawSocket#outcome}
 */
@SuppressWarnings("ArrayRecordComponent") // sent, never compared
record AbuseCase(String name, boolean upgraded, boolean compressed, byte[] bytes, String answer) {
  static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  static final String VERSION = "Sec-WebSocket-Version: 13\r\n";
  static final String UPGRADE = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
  static final String HOST = "Host: localhost\r\n";

  /** A request that is fine, but for what is added. */
  static String request(String more) {
    return "GET /abuse HTTP/1.1\r\n" + HOST + UPGRADE + KEY + VERSION + more + "\r\n";
  }

  @Override
  public String toString() {
    return name;
  }

  private static AbuseCase head(String name, String request, String answer) {
    return new AbuseCase(name, false, false, request.getBytes(StandardCharsets.ISO_8859_1), answer);
  }

  private static AbuseCase frames(String name, String hex, String answer) {
    return frames(name, HexFormat.of().parseHex(hex.replace(" ", "")), answer);
  }

  private static AbuseCase frames(String name, byte[] bytes, String answer) {
    return new AbuseCase(name, true, false, bytes, answer);
  }

  static List<AbuseCase> all() {
    List<AbuseCase> all = new ArrayList<>(heads());
    all.addAll(illegalFrames());
    all.addAll(tooMuch());
    return all;
  }

  private static List<AbuseCase> heads() {
    String get = "GET /abuse HTTP/1.1\r\n";
    String rest = UPGRADE + KEY + VERSION;
    return List.of(
        head("no Host", get + rest + "\r\n", "400"),
        head("two Hosts", request(HOST), "400"),
        head("a Host with a space", get + "Host: a b\r\n" + rest + "\r\n", "400"),
        head("a Host with a path", get + "Host: a/b\r\n" + rest + "\r\n", "400"),
        head("no Upgrade", get + HOST + "Connection: Upgrade\r\n" + KEY + VERSION + "\r\n", "426"),
        head(
            "no Connection", get + HOST + "Upgrade: websocket\r\n" + KEY + VERSION + "\r\n", "400"),
        head("no key", get + HOST + UPGRADE + VERSION + "\r\n", "400"),
        head(
            "a key of 15 bytes",
            get + HOST + UPGRADE + VERSION + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAA\r\n\r\n",
            "400"),
        head("two keys", request(KEY), "400"),
        head("version 8", get + HOST + UPGRADE + KEY + "Sec-WebSocket-Version: 8\r\n\r\n", "426"),
        head("no version", get + HOST + UPGRADE + KEY + "\r\n", "400"),
        head("POST", request("").replace("GET", "POST"), "405"),
        head("HTTP/1.0", request("").replace("HTTP/1.1", "HTTP/1.0"), "505"),
        head("HTTP/2.0", request("").replace("HTTP/1.1", "HTTP/2.0"), "505"),
        head("no version of HTTP", "GET /abuse\r\n\r\n", "400"),
        head("a space before a colon", request("X-A : b\r\n"), "400"),
        head("a folded header", request("X-A: b\r\n c\r\n"), "400"),
        head("CR without LF", request("X-A: b\rc\r\n"), "400"),
        head("LF without CR", request("X-A: b\nX-C: d\r\n"), "400"),
        head("NUL in a header", request("X-A: b\0c\r\n"), "400"),
        head("a header without a name", request(": b\r\n"), "400"),
        head("a body by length", request("Content-Length: 5\r\n") + "hello", "400"),
        head("a body in chunks", request("Transfer-Encoding: chunked\r\n") + "0\r\n\r\n", "400"),
        head("101 headers", request("X-A: b\r\n".repeat(101)), "431"),
        head("a header of 9 KiB", request("X-A: " + "b".repeat(9216) + "\r\n"), "431"),
        head("a head without an end", "GET /abuse HTTP/1.1\r\nX-A: " + "b".repeat(9216), "431"),
        head(
            "a head without an end, and 64 MiB more",
            "GET /abuse HTTP/1.1\r\nX-A: " + "b".repeat(64 << 20),
            "431"),
        head("a target of 5 KiB", request("").replace("/abuse", "/" + "e".repeat(5000)), "414"),
        head("an encoded slash", request("").replace("/abuse", "/abuse%2fx"), "400"),
        head("an encoded NUL", request("").replace("/abuse", "/abuse%00"), "400"),
        head("a path that is not UTF-8", request("").replace("/abuse", "/abuse%ff"), "400"),
        head("two empty lines", "\r\n\r\n" + request(""), "400"),
        head("a broken percent sign", request("").replace("/abuse", "/abuse%zz"), "400"),
        head("a way out of the folder", request("").replace("/abuse", "/../../etc/passwd"), "404"),
        head("no endpoint", request("").replace("/abuse", "/nowhere"), "404"),
        head("a page of elsewhere", request("Origin: https://evil.example\r\n"), "403"),
        head("an origin of null", request("Origin: null\r\n"), "403"),
        head(
            "TLS on a plain port",
            "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n",
            "400"));
  }

  private static List<AbuseCase> illegalFrames() {
    return List.of(
        frames("a frame without a mask", "81 01 61", "close 1002"),
        frames("RSV1 without compression", "c1 81 00000000 61", "close 1002"),
        frames("RSV2", "a1 81 00000000 61", "close 1002"),
        frames("RSV3", "91 81 00000000 61", "close 1002"),
        frames("opcode 3", "83 80 00000000", "close 1002"),
        frames("opcode 11", "8b 80 00000000", "close 1002"),
        frames("opcode 7 that declares 1 GiB", "87 ff 0000000040000000 00000000", "close 1002"),
        frames("a length of 2^63", "82 ff 8000000000000000 00000000", "close 1002"),
        frames("a length of 125 in 16 bits", "82 fe 007d 00000000", "close 1002"),
        frames("a length of 65535 in 64 bits", "82 ff 000000000000ffff 00000000", "close 1002"),
        frames("a Ping of 126 bytes", "89 fe 007e 00000000", "close 1002"),
        frames("a Ping in parts", "09 80 00000000", "close 1002"),
        frames("a Close in parts", "08 80 00000000", "close 1002"),
        frames("a continuation of nothing", "80 80 00000000", "close 1002"),
        frames("a message within a message", "01 80 00000000 81 80 00000000", "close 1002"),
        frames("a Close of one byte", "88 81 00000000 03", "close 1002"),
        frames("a Close with 1005", "88 82 00000000 03ed", "close 1002"),
        frames("a Close with 1006", "88 82 00000000 03ee", "close 1002"),
        frames("a Close with 999", "88 82 00000000 03e7", "close 1002"),
        frames("a Close with 5000", "88 82 00000000 1388", "close 1002"),
        frames("a Close whose reason is not UTF-8", "88 84 00000000 03e8 c328", "close 1007"),
        frames("text that is not UTF-8", "81 82 00000000 c328", "close 1007"),
        frames("text that ends within a character", "81 82 00000000 e282", "close 1007"),
        frames("a surrogate", "81 83 00000000 eda080", "close 1007"),
        frames("frames after a Close", "88 82 00000000 03e8 83 80 00000000", "close 1000"));
  }

  private static List<AbuseCase> tooMuch() {
    byte[] chunk = new byte[60_000];
    return List.of(
        frames("a length of 2^63 - 1", "82 ff 7fffffffffffffff 00000000", "close 1009"),
        frames("1 GiB declared", "82 ff 0000000040000000 00000000", "close 1009"),
        frames(
            "a message that grows by fragments",
            repeat(RawSocket.frame(2, chunk), RawSocket.frame(0, chunk), 20),
            "close 1009"),
        frames(
            "20000 empty fragments",
            repeat(RawSocket.frame(1, new byte[0]), RawSocket.frame(0, new byte[0]), 20_000),
            "close 1008"),
        new AbuseCase("a deflate bomb", true, true, RawSocket.frame(0xc2, bomb()), "close 1009"),
        new AbuseCase(
            "what is no deflate stream",
            true,
            true,
            RawSocket.frame(0xc1, new byte[] {7, 7, 7}),
            "close 1007"));
  }

  private static byte[] repeat(byte[] first, byte[] next, int times) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(first);
    for (int i = 0; i < times; i++) {
      all.writeBytes(next);
    }
    return all.toByteArray();
  }

  /** Returns 50 MiB of zeros, compressed. */
  private static byte[] bomb() {
    Deflater deflater = new Deflater(9, true);
    ByteArrayOutputStream small = new ByteArrayOutputStream();
    byte[] zeros = new byte[1 << 20];
    byte[] buffer = new byte[1 << 16];
    for (int i = 0; i < 50; i++) {
      deflater.setInput(zeros);
      for (int n = deflater.deflate(buffer); n > 0; n = deflater.deflate(buffer)) {
        small.write(buffer, 0, n);
      }
    }
    deflater.end();
    return small.toByteArray();
  }
}
