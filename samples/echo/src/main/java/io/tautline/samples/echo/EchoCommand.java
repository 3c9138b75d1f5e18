package io.tautline.samples.echo;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command line: {@code server} or {@code client}. */
@Command(
    name = "echo",
    mixinStandardHelpOptions = true,
    versionProvider = EchoCommand.Version.class,
    usageHelpWidth = 100,
    subcommands = {ServerCommand.class, ClientCommand.class},
    description = "A WebSocket echo: a server with a page to try it, and a client.",
    footer = {
      "%nTry it in two terminals:",
      "  java -jar echo.jar server",
      "  java -jar echo.jar client --message hello --trace"
    })
final class EchoCommand {
  /** The version of the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = EchoCommand.class.getPackage().getImplementationVersion();
      return new String[] {"echo " + (version == null ? "(unknown)" : version)};
    }
  }

  private EchoCommand() {}

  /** Runs a command and ends with its status. */
  public static void main(String[] args) {
    CommandLine line = new CommandLine(new EchoCommand());
    line.setParameterExceptionHandler(
        (fault, arguments) -> {
          fault.getCommandLine().getErr().println(fault.getMessage() + ". Try --help.");
          return 2;
        });
    if (args.length == 0) {
      line.usage(System.err);
      System.exit(2);
    }
    System.exit(line.execute(args));
  }
}
