package io.tautline.samples.pipe;

import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What the command line and the configuration file ask for.
 *
 * @param tls certificate and key, or null for none
 * @param routes pairs of pipes, the more special first
 * @param origins whose pages may connect; those of the same host if empty
 * @param subprotocols spoken on every route
 * @param binary whether what comes from the pipe is sent as binary, unless packets say it
 * @param accessLog a line for each request, or null for none
 * @param untilEof whether to stop when the standard input ends
 */
record Settings(
    SocketAddress address,
    @Nullable SSLContext tls,
    List<Route> routes,
    List<String> origins,
    List<String> subprotocols,
    Format format,
    boolean binary,
    boolean echo,
    boolean jsonEvents,
    int maxFrameBytes,
    int maxMessageBytes,
    int maxQueueBytes,
    SlowClients slowClients,
    @Nullable Path accessLog,
    boolean untilEof) {

  /**
   * A pair of pipes and who is connected with it.
   *
   * @param path asked for; null for any
   * @param subprotocol offered; null for any
   * @param in the pipe that is read; null for the standard input
   * @param out the pipe that is written; null for the standard output
   */
  record Route(
      @Nullable String path, @Nullable String subprotocol, @Nullable Path in, @Nullable Path out) {

    /**
     * Reads {@code [PATH][@SUBPROTOCOL]=IN,OUT}.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static Route parse(String text) {
      int equals = text.indexOf('=');
      String[] pipes = text.substring(equals + 1).split(",", -1);
      String who = text.substring(0, Math.max(equals, 0));
      if (who.isEmpty() || pipes.length != 2 || pipes[0].isEmpty() || pipes[1].isEmpty()) {
        throw new IllegalArgumentException(
            "a route is PATH=IN,OUT or PATH@SUBPROTOCOL=IN,OUT, not " + text);
      }
      int at = who.indexOf('@');
      String path = at < 0 ? who : who.substring(0, at);
      String subprotocol = at < 0 ? null : who.substring(at + 1);
      if (!path.isEmpty() && !path.startsWith("/")) {
        throw new IllegalArgumentException("the path of a route begins with /, not " + path);
      }
      return new Route(
          path.isEmpty() ? null : path, subprotocol, Path.of(pipes[0]), Path.of(pipes[1]));
    }

    boolean serves(String asked, List<String> offered) {
      return (path == null || path.equals(asked))
          && (subprotocol == null || offered.contains(subprotocol));
    }
  }
}
