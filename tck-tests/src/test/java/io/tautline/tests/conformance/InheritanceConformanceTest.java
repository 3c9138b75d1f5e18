package io.tautline.tests.conformance;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tautline.boot.TautlineServer;
import io.tautline.tests.Servers;
import io.tautline.tests.Servers.Binding;
import io.tautline.tests.conformance.AnnotationConformanceTest.Thing;
import jakarta.websocket.Decoder;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.server.ServerEndpoint;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** §4.8: callbacks of superclasses, overridden or not, and the types that subclasses give them. */
class InheritanceConformanceTest {
  @BeforeEach
  void clear() {
    Log.clear();
  }

  /** Every primitive there and back; a base class with callbacks. */
  public abstract static class Inherited {
    @OnOpen
    public void open() {
      Log.add("inherited open");
    }

    @OnMessage
    public String overridden(String text) {
      return "not called";
    }
  }

  /** Overrides without annotation, so that only its own methods are callbacks. */
  @ServerEndpoint("/conformance/inherited")
  public static class Child extends Inherited {
    @Override
    public String overridden(String text) {
      return "not called either";
    }

    @OnMessage
    public char own(double number) {
      return number > 0.5 ? 'y' : 'n';
    }
  }

  /** Knows not yet what it takes. */
  public abstract static class Generic<A, B> {
    @OnMessage
    public A text(A value) {
      return value;
    }

    @OnMessage
    public int binary(B[] values) {
      return 0;
    }
  }

  /** Knows one of two types. */
  public abstract static class HalfKnown<C> extends Generic<C, Thing> {
    @Override
    @OnMessage
    public int binary(Thing[] things) {
      return things.length;
    }
  }

  /** Reads bytes as that many things. */
  public static class ManyThings implements Decoder.Binary<Thing[]> {
    @Override
    public boolean willDecode(ByteBuffer bytes) {
      return true;
    }

    @Override
    public Thing[] decode(ByteBuffer bytes) {
      return new Thing[bytes.remaining()];
    }
  }

  /** Knows all types. */
  @ServerEndpoint(value = "/conformance/generic", decoders = ManyThings.class)
  public static class Known extends HalfKnown<Integer> {}

  @ParameterizedTest
  @EnumSource(Binding.class)
  void typesGivenToASuperclassAreKnownToItsMethods(Binding binding) throws Exception {
    try (TautlineServer server = Servers.start(binding, Known.class);
        Peer peer = Peer.connect(server, "/conformance/generic")) {
      peer.send("42").expect("42");
      peer.session().getBasicRemote().sendBinary(ByteBuffer.allocate(3));
      peer.expect("3");
    }
  }

  /** Not annotated itself. */
  public static class Grandchild extends Child {}

  @ParameterizedTest
  @EnumSource(Binding.class)
  @Asserts({"WSC-4.8.1", "WSC-4.7-2", "WSC-4.7-3"})
  void anOverridingMethodIsACallbackOnlyByItsOwnAnnotation(Binding binding) throws Exception {
    try (TautlineServer server = Servers.start(binding, Child.class);
        Peer peer = Peer.connect(server, "/conformance/inherited")) {
      Log.expect("inherited open");
      peer.send("0.75").expect("y");
      peer.send("0.25").expect("n");
    }
  }

  @Test
  @Asserts("WSC-4.8.2")
  void aSubclassOfAnEndpointIsNoEndpoint() throws Exception {
    try (TautlineServer server = TautlineServer.builder().port(0).endpoints().start()) {
      assertThatThrownBy(() -> server.container().addEndpoint(Grandchild.class))
          .hasMessageContaining("is no endpoint. Annotate it");
    }
  }
}
