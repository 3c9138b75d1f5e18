package io.tautline.boot;

import io.tautline.connection.Limits;
import io.tautline.deflate.DeflateOptions;
import io.tautline.model.Amount;
import io.tautline.model.LimitName;
import java.io.IOException;
import java.io.Reader;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a server is told from outside. Each setting has one name, written {@code maxTextBytes} in a
 * file, {@code TAUTLINE_MAX_TEXT_BYTES} in the environment and {@code --max-text-bytes} as a flag;
 * a flag wins over the environment, and that over the file.
 *
 * <p>The file is {@code tautline.properties} in the working directory, if there is one, or what the
 * setting {@code settings} names.
 */
final class Settings {
  /** A setting that is no limit. */
  private enum Name {
    PORT("port to listen on, 0 for any free one (default 8080)"),
    HOST("address to listen on (default: every interface)"),
    CONTEXT_PATH("path below which everything is served, such as /app (default: none)"),
    ORIGINS("whose pages may connect beside those of the same host: https://a.example,…"),
    COMPRESSION("on or off: compress messages of clients that can (default off)"),
    COMPRESSION_TAKEOVER(
        "on or off: messages may refer to earlier ones; smaller, for 350 KiB a peer (default off)"),
    COMPRESSION_WINDOW_BITS("how far back our messages refer at most, 8 to 15 (default 15)"),
    COMPRESSION_CLIENT_CONTEXT(
        "on or off: also compress for clients that do not offer no_context_takeover (default on)"),
    EPOLL("on or off: Linux's sockets without channels, on Java 22 or later (default off)"),
    TLS_CERTIFICATE("PEM file of the certificate and those that lead to its root"),
    TLS_KEY("PEM file of its private key"),
    DRAIN("how long a stop waits for peers, such as 30 s (default 10 s)"),
    SETTINGS("file with settings (default: tautline.properties, if there is one)");

    private final String help;

    Name(String help) {
      this.help = help;
    }
  }

  private static final System.Logger LOG = System.getLogger("io.tautline.boot");
  private static final String PREFIX = "TAUTLINE_";

  private static final Path USUAL_FILE = Path.of("tautline.properties");

  /** Every setting, as it is called in the environment without the prefix. */
  private static final List<String> NAMES = new ArrayList<>();

  static {
    for (Name name : Name.values()) {
      NAMES.add(name.name());
    }
    for (LimitName name : LimitName.values()) {
      NAMES.add(name.name());
    }
  }

  /** Values by their names in the environment, without the prefix. */
  private final Map<String, String> values = new LinkedHashMap<>();

  private Settings() {}

  /**
   * Reads all three.
   *
   * @throws IllegalArgumentException naming what is not understood, and where
   * @throws IOException if the file cannot be read
   */
  static Settings read(String[] flags, Map<String, String> environment) throws IOException {
    Settings settings = new Settings();
    Settings flagged = new Settings();
    flagged.flags(flags);
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      settings.variable(variable.getKey(), variable.getValue());
    }
    settings.values.putAll(flagged.values);
    String file = settings.values.get(Name.SETTINGS.name());
    settings.file(file == null ? USUAL_FILE : Path.of(file), file != null);
    return settings;
  }

  private void variable(String variable, String value) {
    if (!variable.startsWith(PREFIX)) {
      return;
    }
    String name = variable.substring(PREFIX.length());
    if (name.startsWith("SERVICE_") || name.startsWith("PORT_") || value.startsWith("tcp://")) {
      return; // what orchestrators tell everyone of a service that is called tautline
    }
    if (NAMES.contains(name)) {
      values.put(name, value.strip());
    } else {
      LOG.log(Level.WARNING, "{0} in the environment is no setting", variable);
    }
  }

  private void flags(String[] flags) {
    for (int i = 0; i < flags.length; i++) {
      String flag = flags[i];
      int equals = flag.indexOf('=');
      String bare = equals > 0 ? flag.substring(0, equals) : flag;
      String name = bare.startsWith("--") ? bare.substring(2).toUpperCase(Locale.ROOT) : "";
      name = name.replace('-', '_');
      if (!NAMES.contains(name) || !bare.equals(flag(name))) {
        throw new IllegalArgumentException("unknown argument " + flag);
      }
      if (equals < 0 && i + 1 == flags.length) {
        throw new IllegalArgumentException(bare + " needs a value");
      }
      values.put(name, (equals > 0 ? flag.substring(equals + 1) : flags[++i]).strip());
    }
  }

  /** Reads the file for what has not been set yet. */
  private void file(Path file, boolean required) throws IOException {
    Properties lines = new Properties();
    try (Reader text = Files.newBufferedReader(file)) {
      lines.load(text);
    } catch (NoSuchFileException e) {
      if (required) {
        throw new IllegalArgumentException("there is no file " + file, e);
      }
      return;
    }
    for (String key : lines.stringPropertyNames()) {
      String name =
          NAMES.stream()
              .filter(one -> LimitName.key(one).equals(key))
              .findFirst()
              .orElseThrow(
                  () -> new IllegalArgumentException(key + " in " + file + " is no setting"));
      values.putIfAbsent(name, lines.getProperty(key).strip());
    }
  }

  private static String flag(String name) {
    return "--" + name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private @Nullable String value(Name name) {
    return values.get(name.name());
  }

  /** Returns where to listen; {@code port} unless there is a setting. */
  InetSocketAddress address(int port) {
    String host = value(Name.HOST);
    String text = value(Name.PORT);
    int chosen = text == null ? port : port(text);
    return host == null ? new InetSocketAddress(chosen) : new InetSocketAddress(host, chosen);
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IllegalArgumentException("port takes a number from 0 to 65535, not \"" + text + "\"");
  }

  /**
   * Sets everything but the address.
   *
   * @throws IOException if a certificate or key cannot be read
   */
  void apply(TautlineServer.Builder server) throws IOException {
    server.limits(limits());
    String contextPath = value(Name.CONTEXT_PATH);
    if (contextPath != null) {
      server.contextPath(contextPath);
    }
    String origins = value(Name.ORIGINS);
    if (origins != null) {
      try {
        server.origins(origins(origins));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("origins: " + e.getMessage(), e);
      }
    }
    if (isOn(Name.COMPRESSION)) {
      server.compression(compression());
    }
    if (value(Name.EPOLL) != null) {
      server.epoll(isOn(Name.EPOLL));
    }
    String drain = value(Name.DRAIN);
    if (drain != null) {
      server.drain(Duration.ofNanos(Amount.TIME.parse("drain", drain)));
    }
    String certificate = value(Name.TLS_CERTIFICATE);
    String key = value(Name.TLS_KEY);
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException("tlsCertificate and tlsKey go together");
    }
    if (certificate != null && key != null) {
      server.tls(Certificates.fromPem(Path.of(certificate), Path.of(key)));
    }
  }

  private DeflateOptions compression() {
    DeflateOptions usual = DeflateOptions.DEFAULT;
    String window = value(Name.COMPRESSION_WINDOW_BITS);
    if (window != null && !window.matches("[89]|1[0-5]")) {
      throw new IllegalArgumentException(
          "compressionWindowBits takes a number from 8 to 15, not \"" + window + "\"");
    }
    return new DeflateOptions(
        isOn(Name.COMPRESSION_TAKEOVER),
        window == null ? usual.maxWindowBits() : Integer.parseInt(window),
        usual.level(),
        usual.minBytes(),
        value(Name.COMPRESSION_CLIENT_CONTEXT) == null || isOn(Name.COMPRESSION_CLIENT_CONTEXT));
  }

  private static String[] origins(String text) {
    List<String> origins =
        Stream.of(text.split("[\\s,]+", -1)).filter(one -> !one.isEmpty()).toList();
    return origins.toArray(String[]::new);
  }

  private boolean isOn(Name name) {
    String text = value(name);
    if (text != null && !text.equals("on") && !text.equals("off")) {
      throw new IllegalArgumentException(
          LimitName.key(name.name()) + " takes on or off, not \"" + text + "\"");
    }
    return "on".equals(text);
  }

  private Limits limits() {
    Limits.Builder limits = Limits.builder();
    for (LimitName name : LimitName.values()) {
      String text = values.get(name.name());
      if (text != null) {
        limits.set(name, name.parse(text));
      }
    }
    return limits.build();
  }

  /** Returns the list of settings, for {@code --help}. */
  static String help() {
    StringBuilder text = new StringBuilder();
    for (Name name : Name.values()) {
      text.append("  %-24s %s\n".formatted(flag(name.name()), name.help));
    }
    text.append("\nLimits, with their defaults:\n\n");
    for (LimitName name : LimitName.values()) {
      long standard = Limits.DEFAULT.get(name);
      text.append("  %-24s %s\n".formatted(flag(name.name()), name.format(standard)));
    }
    return text.toString();
  }
}
