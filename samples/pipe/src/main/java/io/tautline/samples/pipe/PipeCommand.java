package io.tautline.samples.pipe;

import io.tautline.samples.pipe.Settings.Route;
import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.PropertiesDefaultProvider;
import picocli.CommandLine.Spec;

/** The command line of the gateway. */
@Command(
    name = "pipe",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    versionProvider = PipeCommand.Version.class,
    usageHelpWidth = 100,
    description = {
      "Connects WebSocket clients with programs that read and write pipes.%n",
      "What a program writes to the pipe-in reaches every client:%n",
      "  java -jar pipe.jar --lines & tail -f app.log > /tmp/wspipein.fifo%n",
      "and what clients send can be read from the pipe-out:%n",
      "  cat /tmp/wspipeout.fifo%n"
    },
    customSynopsis = "Usage: java -jar pipe.jar [OPTION]...%n",
    footer = {
      "%nA strict packet is client (0: all), type and length, four bytes each, big-endian, and the"
          + " payload. Types: 1 text, 2 binary, 8 close (code and reason, or nothing), 9 ping; from"
          + " the gateway also 16 open (address). A packet that cannot be sent is left out, and the"
          + " next one is found.%n",
      "Exits with 0 after SIGTERM or Ctrl-C, once every client has been told (1001); with 1 if it"
          + " cannot start or its standard streams break, with 2 if it does not understand its"
          + " arguments."
    })
final class PipeCommand implements Callable<Integer> {
  private static final String LOG_FORMAT = "java.util.logging.SimpleFormatter.format";

  @Spec private @Nullable CommandSpec spec;

  @Mixin private final PipeOptions options = new PipeOptions();

  /** The version of the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = PipeCommand.class.getPackage().getImplementationVersion();
      return new String[] {"pipe " + (version == null ? "(unknown)" : version)};
    }
  }

  /** Runs the gateway until it is told to stop. */
  public static void main(String[] args) {
    if (System.getProperty(LOG_FORMAT) == null) {
      System.setProperty(LOG_FORMAT, "%4$s: %5$s%n");
    }
    int status = commandLine(args).execute(args);
    System.err.flush();
    Runtime.getRuntime().halt(status);
  }

  /** Returns the command line, with the configuration file for defaults. */
  static CommandLine commandLine(String... args) {
    CommandLine line = new CommandLine(new PipeCommand());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(
        (fault, arguments) -> {
          line.getErr().println(fault.getMessage() + ". Try --help.");
          return 2;
        });
    for (int i = 0; i < args.length; i++) {
      String file =
          args[i].startsWith("--config=")
              ? args[i].substring("--config=".length())
              : args[i].equals("--config") && i + 1 < args.length ? args[i + 1] : "";
      if (Files.isReadable(Path.of(file)) && !file.isEmpty()) {
        line.setDefaultValueProvider(new PropertiesDefaultProvider(new File(file)));
      }
    }
    return line;
  }

  @Override
  public Integer call() throws InterruptedException {
    Settings settings;
    try {
      settings = options.settings();
      Gateway gateway = new Gateway(settings);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(gateway), "pipe-stop"));
      System.err.println(banner(settings, gateway.port()));
      return gateway.join();
    } catch (UnresolvedAddressException e) {
      System.err.println("Cannot listen on " + options.where() + ": no such host");
    } catch (IllegalArgumentException e) {
      CommandLine line = spec == null ? new CommandLine(this) : spec.commandLine();
      throw new ParameterException(line, String.valueOf(e.getMessage()));
    } catch (BindException e) {
      System.err.println(
          "Cannot listen on "
              + options.where()
              + ": "
              + e.getMessage()
              + ". Choose another with --port.");
    } catch (IOException e) {
      // Of a file that may not be used, the message is the name alone.
      System.err.println(
          "Cannot start: " + (e instanceof FileSystemException ? e.toString() : e.getMessage()));
    }
    return 1;
  }

  private static void stop(Gateway gateway) {
    gateway.close();
    // Otherwise a process that was asked to end by a signal would report the signal, not success.
    Runtime.getRuntime().halt(0);
  }

  private String banner(Settings settings, int port) {
    String scheme = settings.tls() == null ? "ws" : "wss";
    String address =
        settings.address() instanceof UnixDomainSocketAddress unix
            ? unix.getPath().toString()
            : scheme + "://" + options.host() + ":" + port;
    StringBuilder banner = new StringBuilder("pipe on ").append(address);
    for (Route route : settings.routes()) {
      banner
          .append("\n  ")
          .append(route.path() == null ? "/*" : route.path())
          .append(route.subprotocol() == null ? "" : " " + route.subprotocol())
          .append("  in ")
          .append(route.in() == null ? "stdin" : route.in())
          .append("  out ")
          .append(route.out() == null ? "stdout" : route.out());
    }
    return banner.toString();
  }
}
