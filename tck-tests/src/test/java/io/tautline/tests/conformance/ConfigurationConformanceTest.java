package io.tautline.tests.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tautline.boot.TautlineServer;
import io.tautline.deflate.DeflateOptions;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.Session;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Chapter 3: paths, negotiation, configurators. */
class ConfigurationConformanceTest {
  private TautlineServer server;

  /** Says where it was found, and with what. */
  public static class Where extends Endpoint {
    @Override
    public void onOpen(Session session, EndpointConfig config) {
      session.addMessageHandler(
          String.class,
          text ->
              session
                  .getAsyncRemote()
                  .sendText(
                      ((ServerEndpointConfig) config).getPath()
                          + " "
                          + new TreeMap<>(session.getPathParameters())
                          + " "
                          + session.getNegotiatedSubprotocol(),
                      sent -> {}));
    }
  }

  private record Named(String getName, List<Extension.Parameter> getParameters)
      implements Extension {}

  private record Value(String getName, String getValue) implements Extension.Parameter {}

  @BeforeEach
  void start() throws Exception {
    Log.clear();
    server =
        TautlineServer.builder()
            .port(0)
            .compression(new DeflateOptions(true, 15, -1, 0))
            .endpoints()
            .start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void serve(String path, ServerEndpointConfig.Configurator configurator)
      throws DeploymentException {
    server
        .container()
        .addEndpoint(
            ServerEndpointConfig.Builder.create(Where.class, path)
                .subprotocols(List.of("v1", "v2"))
                .configurator(configurator)
                .build());
  }

  private void serve(String... paths) throws DeploymentException {
    for (String path : paths) {
      serve(path, new ServerEndpointConfig.Configurator());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/a|/a {}",
        "/a/b|/a/b {}",
        "/a/x|/a/{one} {one=x}",
        "/b/c/d|/b/{two}/d {two=c}",
        "/b/x/y|/b/{two}/{three} {three=y, two=x}",
        "/c/d|/c/{four} {four=d}",
        "/z/d|/{five}/d {five=z}",
        "/a/%C3%A9%20+|/a/{one} {one=é +}"
      })
  @Asserts({"WSC-3.1.1-1", "WSC-3.1.1-3", "WSC-4.1.1-2", "WSC-6.4-1", "TRAP-4"})
  void aPathFindsItsEndpoint(String path, String found) throws Exception {
    serve("/a/{one}", "/a", "/a/b", "/b/{two}/{three}", "/b/{two}/d", "/{five}/d", "/c/{four}");
    try (Peer peer = Peer.connect(server, path)) {
      peer.send("where").expect(found + " ");
    }
  }

  @ParameterizedTest
  @CsvSource({"/a/b/c", "/b", "/", "/A", "/a/"})
  @Asserts("WSC-3.1.1-4")
  void aPathThatMatchesNothingIsNotConnected(String path) throws Exception {
    serve("/a", "/b/{c}/{d}");
    assertThatThrownBy(() -> Peer.connect(server, path))
        .isInstanceOf(DeploymentException.class)
        .hasMessageContaining("404");
  }

  @Test
  @Asserts({"WSC-3.1.2-1", "WSC-3.2.1-1"})
  void theFirstSubprotocolOfTheClientsThatIsSupported() throws Exception {
    serve("/s");
    ClientEndpointConfig reversed =
        ClientEndpointConfig.Builder.create().preferredSubprotocols(List.of("v2", "v1")).build();
    try (Peer peer = Peer.connect(server, "/s", reversed)) {
      peer.send("").expect("/s {} v2");
      assertThat(peer.session().getNegotiatedSubprotocol()).isEqualTo("v2");
    }
    ClientEndpointConfig unknownFirst =
        ClientEndpointConfig.Builder.create()
            .preferredSubprotocols(List.of("v3", "v1", "v2"))
            .build();
    try (Peer peer = Peer.connect(server, "/s", unknownFirst)) {
      peer.send("").expect("/s {} v1");
    }
    ClientEndpointConfig unknown =
        ClientEndpointConfig.Builder.create().preferredSubprotocols(List.of("v3")).build();
    try (Peer peer = Peer.connect(server, "/s", unknown)) {
      peer.send("").expect("/s {} ");
    }
  }

  @Test
  @Asserts({"WSC-3.1.3-1", "WSC-3.2.2-1"})
  void extensionsAreSentAndChosenInTheClientsOrder() throws Exception {
    serve(
        "/e",
        new ServerEndpointConfig.Configurator() {
          @Override
          public List<Extension> getNegotiatedExtensions(
              List<Extension> installed, List<Extension> requested) {
            List<Extension> chosen = super.getNegotiatedExtensions(installed, requested);
            requested.forEach(
                e ->
                    Log.add(
                        "requested "
                            + e.getName()
                            + " "
                            + e.getParameters().stream()
                                .map(p -> p.getName() + "=" + p.getValue())
                                .toList()));
            chosen.forEach(e -> Log.add("chosen " + e.getName()));
            return chosen;
          }
        });
    Extension unknown = new Named("x-unknown", List.of(new Value("a", "1"), new Value("b", "2")));
    Extension deflate = new Named("permessage-deflate", List.of());
    ClientEndpointConfig config =
        ClientEndpointConfig.Builder.create().extensions(List.of(unknown, deflate)).build();
    try (Peer peer = Peer.connect(server, "/e", config)) {
      Log.expect("requested x-unknown [a=1, b=2]");
      assertThat(Log.next()).startsWith("requested permessage-deflate");
      Log.expect("chosen permessage-deflate");
      assertThat(peer.session().getNegotiatedExtensions())
          .extracting(Extension::getName)
          .containsExactly("permessage-deflate");
      peer.send("compressed").expect("/e {} ");
    }
  }

  @Test
  @Asserts("TRAP-18")
  void noExtensionUnlessAsked() throws Exception {
    serve("/n");
    try (Peer peer = Peer.connect(server, "/n")) {
      assertThat(peer.session().getNegotiatedExtensions()).isEmpty();
    }
  }

  @Test
  @Asserts({"WSC-3.1-1", "WSC-3.1.4-1", "WSC-3.1.5-1", "WSC-3.1.7-1"})
  void aConfiguratorHasAWordAtEveryStep() throws Exception {
    AtomicInteger instances = new AtomicInteger();
    serve(
        "/word",
        new ServerEndpointConfig.Configurator() {
          @Override
          public boolean checkOrigin(String origin) {
            Log.add("origin " + origin + " " + super.checkOrigin(origin));
            return true;
          }

          @Override
          public String getNegotiatedSubprotocol(List<String> ours, List<String> theirs) {
            return "v9";
          }

          @Override
          public void modifyHandshake(
              ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
            Log.add("modify " + request.getRequestURI().getPath());
            response.getHeaders().put("X-Word", List.of("one", "two"));
            response.getHeaders().put("Sec-WebSocket-Accept", List.of("forged"));
            config.getUserProperties().put("mine", instances.get());
          }

          @Override
          public <T> T getEndpointInstance(Class<T> type) throws InstantiationException {
            instances.incrementAndGet();
            return super.getEndpointInstance(type);
          }
        });
    ClientEndpointConfig config =
        ClientEndpointConfig.Builder.create()
            .preferredSubprotocols(List.of("v9"))
            .configurator(
                new ClientEndpointConfig.Configurator() {
                  @Override
                  public void beforeRequest(Map<String, List<String>> headers) {
                    headers.put("Origin", List.of("https://elsewhere.example"));
                  }

                  @Override
                  public void afterResponse(HandshakeResponse response) {
                    Log.add("answered " + response.getHeaders().get("x-word"));
                  }
                })
            .build();
    for (int i = 1; i <= 2; i++) {
      try (Peer peer = Peer.connect(server, "/word", config)) {
        Log.expect("origin https://elsewhere.example false");
        Log.expect("modify /word");
        Log.expect("answered [one, two]");
        peer.send("").expect("/word {} v9");
        assertThat(instances).hasValue(i);
      }
    }
  }

  @Test
  @Asserts("WSC-3.1.1-2")
  void equivalentPathsAreRefused() throws Exception {
    serve("/t/{a}");
    assertThatThrownBy(() -> serve("/t/{b}"))
        .isInstanceOf(DeploymentException.class)
        .hasMessage("two endpoints are served at \"/t/{b}\". Change the path of one.");
    assertThatThrownBy(() -> serve("/fine")).isInstanceOf(DeploymentException.class);
  }
}
