package io.tautline.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A server to measure.
 *
 * @param name for the tables
 * @param main its main class in {@code benchmarks.server}, or a source file to be run by a JDK of
 *     21 or newer; null for the C floor
 * @param jars which of the jars it needs, as a pattern of their names
 * @param broadcast its path for broadcasts, or null
 * @param json its path for records, or null
 * @param variant a third argument for its main method, or null
 */
record Peer(
    String name,
    @Nullable String main,
    String jars,
    @Nullable String broadcast,
    @Nullable String json,
    @Nullable String variant) {
  private static final String JAKARTA = "jakarta\\..*|jspecify.*|slf4j-api.*|asm.*|jackson-.*|";

  /** What the tables compare; the first is the floor, the second is ours. */
  static final List<Peer> ALL =
      List.of(
          new Peer("C epoll floor", null, "", "/broadcast", null),
          new Peer(
              "Tautline",
              "TautlineEchoes",
              JAKARTA + "tautline-.*|classgraph.*|tls-channel.*|avaje-.*",
              "/rooms",
              "/json"),
          new Peer(
              "Tautline (epoll)",
              "TautlineEchoes",
              JAKARTA + "tautline-.*|classgraph.*|tls-channel.*|avaje-.*",
              "/rooms",
              "/json",
              "epoll"),
          new Peer(
              "Tautline (connection, epoll)",
              "ConnectionEcho",
              "tautline-.*|jspecify.*",
              null,
              null,
              "epoll"),
          new Peer("Netty (frames)", "NettyEcho", "netty-.*", null, null),
          new Peer("Netty io_uring (frames)", "NettyEcho", "netty-.*", null, null, "io_uring"),
          new Peer("Vert.x", "VertxEcho", "vertx-.*|netty-.*|jackson-.*", "/broadcast", "/json"),
          new Peer(
              "Undertow",
              "UndertowEcho",
              "undertow-core.*|jboss-.*|xnio-.*|wildfly-.*|smallrye-.*|jakarta.*",
              "/broadcast",
              null),
          new Peer(
              "Undertow Jakarta",
              "UndertowJakarta",
              JAKARTA + "undertow-.*|jboss-.*|xnio-.*|wildfly-.*|smallrye-.*",
              "/broadcast",
              "/jakarta-json"),
          new Peer("Jetty", "JettyEcho", "jetty-.*|slf4j-api.*|jakarta\\..*", null, null),
          new Peer(
              "Jetty Jakarta", "JettyJakarta", JAKARTA + "jetty-.*", "/broadcast", "/jakarta-json"),
          new Peer(
              "Tomcat Jakarta",
              "TomcatJakarta",
              "tomcat-.*|jackson-.*",
              "/broadcast",
              "/jakarta-json"),
          new Peer(
              "Tyrus Jakarta",
              "TyrusJakarta",
              JAKARTA + "tyrus-.*|grizzly-.*",
              "/broadcast",
              "/jakarta-json"),
          new Peer("Helidon", "HelidonEcho.java", "helidon-.*|jakarta\\..*", null, null),
          new Peer(
              "Java-WebSocket",
              "JavaWebSocketEcho",
              "Java-WebSocket.*|slf4j-api.*",
              "/broadcast",
              null));

  Peer(
      String name,
      @Nullable String main,
      String jars,
      @Nullable String broadcast,
      @Nullable String json) {
    this(name, main, jars, broadcast, json, null);
  }

  private boolean isSource() {
    return main != null && main.endsWith(".java");
  }

  boolean isOurs() {
    return name.startsWith("Tautline");
  }

  /** Returns whether this JDK can run it. */
  boolean isRunnable() {
    return !isSource() || Runtime.version().feature() >= 21;
  }

  /** Starts it on a port; what it prints goes to a file beside the jars. */
  Process start(Path target, int port) throws IOException {
    List<String> command = new ArrayList<>();
    if (main == null) {
      command.addAll(List.of(target.resolve("cecho").toString(), String.valueOf(port)));
    } else {
      command.add(ProcessHandle.current().info().command().orElse("java"));
      command.addAll(
          List.of("-XX:+UseSerialGC", "-XX:ActiveProcessorCount=1", "-Xms256m", "-Xmx1g"));
      command.add("--enable-native-access=ALL-UNNAMED");
      command.addAll(List.of("-cp", classPath(target)));
      command.add(
          isSource()
              ? target.resolve("classes").resolve(main).toString()
              : "io.tautline.benchmarks.server." + main);
      command.addAll(List.of(String.valueOf(port), "1"));
      if (variant != null) {
        command.add(variant);
      }
    }
    File log = target.resolve(name.replaceAll("\\W+", "-") + ".log").toFile();
    return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
  }

  String classPath(Path target) throws IOException {
    Pattern wanted = Pattern.compile("(" + jars + ")\\.jar");
    List<String> path = new ArrayList<>(List.of(target.resolve("classes").toString()));
    try (Stream<Path> all = Files.list(target.resolve("lib"))) {
      all.filter(jar -> wanted.matcher(String.valueOf(jar.getFileName())).matches())
          .forEach(jar -> path.add(jar.toString()));
    }
    return String.join(File.pathSeparator, path);
  }

  /** Ends a process that was started here. */
  static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
