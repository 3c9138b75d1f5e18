package io.tautline.tests.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.boot.TautlineServer;
import io.tautline.tests.Servers;
import io.tautline.tests.Servers.Binding;
import jakarta.websocket.DecodeException;
import jakarta.websocket.Decoder;
import jakarta.websocket.EncodeException;
import jakarta.websocket.Encoder;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where containers go wrong with decoders and encoders. */
class CoderTrapsTest {
  @BeforeEach
  void clear() {
    Log.clear();
  }

  /** Something to be coded. */
  public record Note(String text) {}

  private static Note read(String text) throws DecodeException, IOException {
    if (text.equals("decode")) {
      throw new DecodeException(text, "decode");
    }
    if (text.equals("decode io")) {
      throw new IOException("decode io");
    }
    return new Note(text);
  }

  private static String write(Note note) throws EncodeException, IOException {
    if (note.text.equals("encode")) {
      throw new EncodeException(note, "encode");
    }
    if (note.text.equals("encode io")) {
      throw new IOException("encode io");
    }
    return "noted " + note.text;
  }

  /** Reads while it arrives. */
  public static class NoteReader implements Decoder.TextStream<Note> {
    @Override
    public Note decode(Reader reader) throws DecodeException, IOException {
      StringBuilder text = new StringBuilder();
      for (int c = reader.read(); c >= 0; c = reader.read()) {
        text.append((char) c);
      }
      return read(text.toString());
    }
  }

  /** Writes to a stream. */
  public static class NoteWriter implements Encoder.TextStream<Note> {
    @Override
    public void encode(Note note, Writer writer) throws EncodeException, IOException {
      writer.write(write(note));
    }
  }

  /** Reads bytes from a stream. */
  public static class NoteInput implements Decoder.BinaryStream<Note> {
    @Override
    public Note decode(InputStream in) throws DecodeException, IOException {
      return read(new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
    }
  }

  /** Writes bytes to a stream. */
  public static class NoteOutput implements Encoder.BinaryStream<Note> {
    @Override
    public void encode(Note note, OutputStream out) throws EncodeException, IOException {
      out.write(write(note).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
  }

  /** Does not say what is wrong. */
  public static class Silent implements Decoder.Text<Note> {
    @Override
    public @Nullable Note decode(String text) {
      return null;
    }

    @Override
    public boolean willDecode(String text) {
      return true;
    }
  }

  /** Never gets one. */
  @ServerEndpoint(value = "/traps/silent", decoders = Silent.class)
  public static class NoNotes {
    @OnMessage
    public void note(Note note) {}

    @OnError
    public void error(Session session, Throwable error) throws IOException {
      session.getBasicRemote().sendText(String.valueOf(error.getMessage()));
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  void aDecoderThatReturnsNullIsNamed(Binding binding) throws Exception {
    try (TautlineServer server = Servers.start(binding, NoNotes.class)) {
      Peer peer = Peer.connect(server, "/traps/silent");
      peer.send("x");
      peer.expect(Silent.class.getName() + " returned null. Let it throw a DecodeException.");
    }
  }

  /** Sends notes back by its return value. */
  @ServerEndpoint(value = "/traps/notes", decoders = NoteReader.class, encoders = NoteWriter.class)
  public static class Notes {
    @OnMessage
    public Note note(Note note) {
      return note;
    }

    @OnError
    public void error(Session session, Throwable error) throws IOException {
      session
          .getBasicRemote()
          .sendText(error.getClass().getSimpleName() + " " + error.getMessage());
    }
  }

  /** The same with bytes, and by the remote. */
  @ServerEndpoint(value = "/traps/bytes", decoders = NoteInput.class, encoders = NoteOutput.class)
  public static class ByteNotes {
    @OnMessage
    public void note(Note note, Session session) throws IOException, EncodeException {
      session.getBasicRemote().sendObject(note);
    }

    @OnError
    public void error(Session session, Throwable error) throws IOException {
      session
          .getBasicRemote()
          .sendText(error.getClass().getSimpleName() + " " + error.getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  @Asserts("TRAP-7")
  void whatCodersThrowReachesOnErrorAndTheSessionStaysUsable(Binding binding) throws Exception {
    try (TautlineServer server = Servers.start(binding, Notes.class, ByteNotes.class);
        Peer notes = Peer.connect(server, "/traps/notes");
        Peer bytes = Peer.connect(server, "/traps/bytes")) {
      for (String fault : List.of("decode", "decode io", "encode", "encode io")) {
        String name = fault.endsWith("io") ? "IOException" : capital(fault) + "Exception";
        notes.send(fault).expect(name + " " + fault);
        notes.send("x").expect("noted x");
        bytes.session().getBasicRemote().sendBinary(ByteBuffer.wrap(fault.getBytes("UTF-8")));
        bytes.expect(name + " " + fault);
        bytes.session().getBasicRemote().sendBinary(ByteBuffer.wrap(new byte[] {'x'}));
        bytes.expect("binary 7");
      }
    }
  }

  private static String capital(String word) {
    return Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }

  /** Turns a note into a buffer whose position and limit are not those of its array. */
  public static class NoteBuffer implements Encoder.Binary<Note> {
    @Override
    public ByteBuffer encode(Note note) throws EncodeException {
      if (note.text.equals("encode")) {
        throw new EncodeException(note, "encode");
      }
      byte[] bytes = note.text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
      return ByteBuffer.allocate(bytes.length + 5).position(3).put(bytes).flip().position(3);
    }
  }

  /** Sends notes back as bytes: twice by the remotes, then by its return value. */
  @ServerEndpoint(value = "/traps/buffers", encoders = NoteBuffer.class)
  public static class Buffers {
    @OnMessage
    public Note note(String text, Session session) throws Exception {
      session.getBasicRemote().sendObject(new Note(text));
      session.getAsyncRemote().sendObject(new Note(text + text)).get(10, TimeUnit.SECONDS);
      return new Note(text + text + text);
    }

    @OnError
    public void error(Session session, Throwable error) throws IOException {
      session.getBasicRemote().sendText("error " + error.getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  void aBinaryEncoderSendsWhatIsBetweenPositionAndLimit(Binding binding) throws Exception {
    try (TautlineServer server = Servers.start(binding, Buffers.class);
        Peer peer = Peer.connect(server, "/traps/buffers")) {
      peer.send("note").expect("binary 4");
      peer.expect("binary 8");
      peer.expect("binary 12");
      peer.send("encode").expect("error encode");
      peer.send("").expect("binary 0");
    }
  }

  /** Sends as asked and tells what became of it. */
  @ServerEndpoint(
      value = "/traps/async",
      encoders = {NoteWriter.class})
  public static class Async {
    @OnMessage
    public void message(String text, Session session) {
      session.getAsyncRemote().sendObject(new Note(text), result -> told(session, result));
    }

    private static void told(Session session, SendResult result) {
      Log.add(
          (result.getSession() == session)
              + " "
              + result.isOK()
              + " "
              + (result.isOK() ? "" : result.getException().getMessage()));
    }
  }

  @Test
  @Asserts("TRAP-8")
  void aFailureToEncodeIsInTheResultAndNotThrown() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Async.class);
        Peer peer = Peer.connect(server, "/traps/async")) {
      peer.send("encode");
      Log.expect("true false encode");
      peer.send("well").expect("noted well");
      Log.expect("true true ");
    }
  }

  /** Takes the array of its buffer. */
  public static class WholeArray implements Decoder.Binary<Note> {
    @Override
    public boolean willDecode(ByteBuffer bytes) {
      return bytes.hasArray();
    }

    @Override
    public Note decode(ByteBuffer bytes) {
      return new Note(new String(bytes.array(), java.nio.charset.StandardCharsets.UTF_8));
    }
  }

  /** Has room for more than there is. */
  @ServerEndpoint(value = "/traps/array", decoders = WholeArray.class)
  public static class Arrays {
    @OnMessage
    public String message(Note note, Session session) {
      session.setMaxBinaryMessageBufferSize(987_654_321);
      session.setMaxTextMessageBufferSize(987_654_321);
      return note.text() + " " + session.getMaxBinaryMessageBufferSize();
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  @Asserts("TRAP-20")
  void aDecoderGetsAHeapBufferOfExactlyTheMessageAndHugeBuffersCostNothing(Binding binding)
      throws Exception {
    try (TautlineServer server = Servers.start(binding, Arrays.class);
        Peer peer = Peer.connect(server, "/traps/array")) {
      for (String text : List.of("exactly", "this")) {
        peer.session().getBasicRemote().sendBinary(ByteBuffer.wrap(text.getBytes("UTF-8")));
        peer.expect(text + " 987654321");
      }
    }
  }

  /** Makes lists of sets of words. */
  public static class Nested implements Decoder.Text<LinkedList<HashSet<String>>> {
    @Override
    public boolean willDecode(String text) {
      return true;
    }

    @Override
    public LinkedList<HashSet<String>> decode(String text) {
      LinkedList<HashSet<String>> list = new LinkedList<>();
      list.add(new HashSet<>(List.of(text)));
      return list;
    }
  }

  /** A handler whose type argument is two classes up. */
  private abstract static class Handler<A, B> implements MessageHandler.Whole<B> {}

  private static final class ListHandler extends Handler<Integer, LinkedList<HashSet<String>>> {
    private final BlockingQueue<String> heard;

    ListHandler(BlockingQueue<String> heard) {
      this.heard = heard;
    }

    @Override
    public void onMessage(LinkedList<HashSet<String>> list) {
      heard.add(list.toString());
    }
  }

  private static final BlockingQueue<String> HEARD = new LinkedBlockingQueue<>();

  /** Adds the handler. */
  public static class Listening extends Endpoint {
    @Override
    public void onOpen(Session session, EndpointConfig config) {
      session.addMessageHandler(new ListHandler(HEARD));
    }
  }

  @Test
  @Asserts("TRAP-21")
  void theTypeOfAHandlerIsFollowedThroughGenerics() throws Exception {
    try (TautlineServer server = TautlineServer.builder().port(0).endpoints().start()) {
      server
          .container()
          .addEndpoint(
              ServerEndpointConfig.Builder.create(Listening.class, "/traps/generic")
                  .decoders(List.of(Nested.class))
                  .build());
      try (Peer peer = Peer.connect(server, "/traps/generic")) {
        peer.send("word");
        assertThat(HEARD.poll(10, TimeUnit.SECONDS)).isEqualTo("[[word]]");
      }
    }
  }

  /** Sends bytes as an object. */
  @ServerEndpoint("/traps/object")
  public static class Objects {
    @OnMessage
    public void message(int n, Session session) throws IOException, EncodeException {
      session.getBasicRemote().sendObject(new byte[n]);
      session.getBasicRemote().sendObject(ByteBuffer.allocate(n + 1));
      session.getBasicRemote().sendObject(n);
    }
  }

  /** RemoteEndpoint.Basic.sendObject: bytes and primitives need no encoder. */
  @Test
  void bytesAreSentAsAnObjectToo() throws Exception {
    try (TautlineServer server = Servers.start(Binding.GENERATED, Objects.class);
        Peer peer = Peer.connect(server, "/traps/object")) {
      peer.send("5").expect("binary 5");
      peer.expect("binary 6");
      peer.expect("5");
    }
  }
}
