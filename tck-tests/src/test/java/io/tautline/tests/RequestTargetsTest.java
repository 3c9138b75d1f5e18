package io.tautline.tests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tautline.Broadcast;
import io.tautline.Endpoint;
import io.tautline.Rooms;
import io.tautline.boot.TautlineServer;
import jakarta.inject.Inject;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.net.Socket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which endpoint a request target leads to, and with which variables. */
class RequestTargetsTest {
  /** Tells its variable and its query. */
  @ServerEndpoint("/a/{x}/c")
  public static class Told {
    @OnMessage
    public String tell(String go, @PathParam("x") String x, Session session) {
      return x + " " + session.getRequestURI().getQuery();
    }
  }

  /** Speaks in the room of its path. */
  @Endpoint("/r/{team}/{topic}")
  public static class Talk {
    private final Rooms rooms;

    @Inject
    public Talk(Rooms rooms) {
      this.rooms = rooms;
    }

    @OnOpen
    String open(Session session, @PathParam("team") String team, @PathParam("topic") String topic) {
      rooms.room(team + ":" + topic).join(session);
      return "joined";
    }

    @OnMessage
    @Broadcast("{team}:{topic}")
    String say(String text) {
      return text;
    }
  }

  private static TautlineServer server;

  @BeforeAll
  static void start() throws Exception {
    server = TautlineServer.builder().port(0).endpoints(Told.class, Talk.class).start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Returns the status line's code for what is sent before and in the request line. */
  private static int status(String before, String target) throws Exception {
    try (Socket socket = new Socket("localhost", server.port())) {
      String request =
          before
              + "GET "
              + target
              + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      byte[] line = socket.getInputStream().readNBytes(12);
      return Integer.parseInt(new String(line, ISO_8859_1).substring(9));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/a/b/c?q={\"x\":1}",
        "/a/b/c?q=a|b",
        "/a/b/c?q=a^b",
        "/a/b/c?q=`a`",
        "/a/b/c?q=a\\b",
        "/a/b/c?q=100%",
        "/a/b/c?q=%zz",
        "/a/b/c?q=a[]=1",
        "/a/b|b/c",
        "/a/[b]/c",
        "/a/b^b/c",
        "/a/./x/c",
        "/a/b/../x/c",
        "/./a/x/c",
        "/../a/x/c",
        "/a/x/./c"
      })
  void targetsThatBrowsersSendConnect(String target) throws Exception {
    assertThat(status("", target)).isEqualTo(101);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a/%FF/c", "/a/%E2%82/c", "/a/%C0%AF/c", "/a/%ED%A0%80/c"})
  void aVariableThatIsNotUtf8IsRefused(String target) throws Exception {
    assertThat(status("", target)).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a/x/c/..", "/a/x/c/.", "/a/../x/c"})
  void aPathThatLeadsElsewhereOnceItIsNormalisedIsNotFound(String target) throws Exception {
    assertThat(status("", target)).isEqualTo(404);
  }

  @Test
  void anEmptyLineBeforeTheRequestIsIgnored() throws Exception {
    assertThat(status("\r\n", "/a/x/c")).isEqualTo(101);
  }

  @Test
  void valuesThatLookLikeVariablesStandForThemselves() throws Exception {
    try (JdkClient inside = new JdkClient(server.port(), "/r/secret/secret");
        JdkClient outside = new JdkClient(server.port(), "/r/%7Btopic%7D/secret")) {
      inside.expect("text joined");
      outside.expect("text joined");
      outside.send("for my own room");
      outside.expect("text for my own room");
      inside.send("for the secret room");
      inside.expect("text for the secret room");
    }
  }

  /** Never connected to. */
  public static class Silent extends jakarta.websocket.Endpoint {
    @Override
    public void onOpen(Session session, EndpointConfig config) {}
  }

  @ParameterizedTest
  @ValueSource(strings = {"/p/../q", "/p/./q", "/p/.", "/.."})
  void aTemplateWithDotSegmentsIsNotDeployed(String path) throws Exception {
    ServerEndpointConfig config = ServerEndpointConfig.Builder.create(Silent.class, path).build();
    try (TautlineServer other = TautlineServer.builder().port(0).endpoints().start()) {
      assertThatThrownBy(() -> other.container().addEndpoint(config))
          .isInstanceOf(DeploymentException.class)
          .hasMessageContaining("normalised");
    }
  }
}
