import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The JDK's WebSocket client for shell scripts: {@code java Cat.java URL MESSAGES [text|binary]}.
 * Prints "ready", sends the standard input as one message if a kind is named, prints the payload of
 * so many messages, each behind a line with its kind and length, and closes.
 */
class Cat implements WebSocket.Listener {
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();
  private final CountDownLatch left;

  Cat(int messages) {
    left = new CountDownLatch(messages);
  }

  public static void main(String[] args) throws Exception {
    Cat cat = new Cat(Integer.parseInt(args[1]));
    WebSocket socket =
        HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(URI.create(args[0]), cat).join();
    System.out.println("ready");
    if (args.length > 2) {
      InputStream in = System.in;
      byte[] payload = in.readAllBytes();
      if (args[2].equals("text")) {
        socket.sendText(new String(payload, StandardCharsets.UTF_8), true).join();
      } else {
        socket.sendBinary(ByteBuffer.wrap(payload), true).join();
      }
    }
    if (!cat.left.await(20, TimeUnit.SECONDS)) {
      System.err.println("messages that did not come: " + cat.left.getCount());
      System.exit(1);
    }
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
  }

  private CompletionStage<?> part(WebSocket socket, String kind, byte[] bytes, boolean last) {
    message.writeBytes(bytes);
    if (last && left.getCount() > 0) {
      System.out.println(kind + " " + message.size());
      System.out.writeBytes(message.toByteArray());
      System.out.flush();
      message.reset();
      left.countDown();
    }
    socket.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
    return part(socket, "text", text.toString().getBytes(StandardCharsets.UTF_8), last);
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    return part(socket, "binary", bytes, last);
  }
}
