package io.tautline.tests.autobahn;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The cases of sections 12 and 13, with the suite's numbering, payloads and report format. */
final class DeflateMatrix {
  /** Messages in each case: the suite's 1000, or fewer where every build runs them. */
  static final int MESSAGES = Suite.FULL ? 1000 : 20;

  private static final int[][] SIZES = {
    {16, 0},
    {64, 0},
    {256, 0},
    {1024, 0},
    {4096, 0},
    {8192, 0},
    {16384, 0},
    {32768, 0},
    {65536, 0},
    {131072, 0},
    {8192, 256},
    {16384, 256},
    {32768, 256},
    {65536, 256},
    {131072, 256},
    {131072, 1024},
    {131072, 4096},
    {131072, 32768}
  };
  private static final List<String> DATA =
      List.of("data1.json", "lena512.bmp", "pg2229.txt", "data1.html", "10.1.1.105.5439.pdf");

  /** What a case asks of its peer, in order of preference: no takeover, and a window or 0. */
  record Ask(boolean alone, int window) {}

  private static final List<List<Ask>> ASKS =
      List.of(
          List.of(new Ask(false, 0)),
          List.of(new Ask(true, 0)),
          List.of(new Ask(false, 9)),
          List.of(new Ask(false, 15)),
          List.of(new Ask(true, 9)),
          List.of(new Ask(true, 15)),
          List.of(new Ask(true, 9), new Ask(true, 0), new Ask(false, 0)));

  /** One case. */
  record Case(String id, Payload payload, int size, int fragment, List<Ask> asks) {}

  /** The data that a case cuts its messages from. */
  static final class Payload {
    private final String chars;
    private final byte[] bytes;
    private final boolean text;

    Payload(byte[] bytes, boolean text) {
      this.bytes = bytes;
      this.text = text;
      this.chars = text ? new String(bytes, StandardCharsets.UTF_8) : "";
    }

    boolean text() {
      return text;
    }

    /** Returns the message that starts at {@code at} units, going round at the end. */
    byte[] message(int at, int size) {
      int length = length();
      int end = (at + size) % length;
      if (text) {
        String cut =
            end > at ? chars.substring(at, end) : chars.substring(at) + chars.substring(0, end);
        return cut.getBytes(StandardCharsets.UTF_8);
      }
      return end > at
          ? Arrays.copyOfRange(bytes, at, end)
          : StrictInflater.join(
              List.of(Arrays.copyOfRange(bytes, at, length), Arrays.copyOf(bytes, end)));
    }

    int length() {
      return text ? chars.length() : bytes.length;
    }
  }

  private final Path reports;
  private final Map<String, Map<String, Object>> results = new TreeMap<>();

  DeflateMatrix(Path reports) {
    this.reports = reports;
  }

  static List<Case> cases() throws IOException {
    List<Payload> payloads = new ArrayList<>();
    try (ZipFile jar = new ZipFile(Suite.jar().toFile())) {
      for (String name : DATA) {
        try (InputStream file =
            jar.getInputStream(jar.getEntry("autobahntestsuite/testdata/" + name))) {
          payloads.add(new Payload(file.readAllBytes(), name.startsWith("data1")));
        }
      }
    }
    List<Case> cases = new ArrayList<>();
    for (int k = 0; k < payloads.size(); k++) {
      add(cases, "12." + (k + 1), payloads.get(k), ASKS.get(0));
    }
    for (int k = 0; k < ASKS.size(); k++) {
      add(cases, "13." + (k + 1), payloads.get(0), ASKS.get(k));
    }
    return cases;
  }

  private static void add(List<Case> cases, String group, Payload payload, List<Ask> asks) {
    for (int i = 0; i < SIZES.length; i++) {
      cases.add(new Case(group + "." + (i + 1), payload, SIZES[i][0], SIZES[i][1], asks));
    }
  }

  /** Sends every message of a case and compares what comes back; then says goodbye. */
  void run(Case one, DeflatePeer peer, boolean awaitsEnd) {
    String behavior = "OK";
    String close = "OK";
    @Nullable Integer code = null;
    long start = System.nanoTime();
    try {
      int at = 0;
      for (int i = 0; i < MESSAGES; i++) {
        byte[] message = one.payload().message(at, one.size());
        at = (at + one.size()) % one.payload().length();
        peer.send(message, one.payload().text(), one.fragment());
        if (!Arrays.equals(peer.receive(one.payload().text()), message)) {
          throw new IOException("the echo differs (message " + i + ")");
        }
      }
      code = peer.goodbye();
      if (code != null && code != 1000) {
        close = "WRONG CODE";
      } else if (awaitsEnd && !peer.ended()) {
        close = "FAILED BY CLIENT";
      }
    } catch (IOException | RuntimeException e) {
      behavior = "FAILED: " + e;
      close = "UNCLEAN";
    }
    add(one, behavior, close, code, (System.nanoTime() - start) / 1_000_000);
  }

  void add(Case one, String behavior, String close, @Nullable Integer code, long millis) {
    Map<String, Object> result = new TreeMap<>();
    result.put("behavior", behavior);
    result.put("behaviorClose", close);
    result.put("duration", millis);
    result.put("remoteCloseCode", code == null ? 0 : code);
    results.put(one.id(), result);
  }

  /** Writes the report in the suite's format and fails unless every case is OK. */
  void finish() throws IOException {
    Files.writeString(
        reports.resolve("index.json"),
        new JsonMapper().writeValueAsString(Map.of("tautline", results)));
    Suite.requireClean(reports, 216);
  }
}
