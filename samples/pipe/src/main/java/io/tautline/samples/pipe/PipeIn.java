package io.tautline.samples.pipe;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What comes from the program: read by one thread, in as large pieces as there are. */
final class PipeIn implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("io.tautline.samples.pipe");
  private static final int BUFFER_BYTES = 64 * 1024;

  private final @Nullable Path path;
  private final FileChannel channel;
  private final PacketReader reader;
  private final Consumer<List<Packet>> packets;
  private final Consumer<String> ended;

  /**
   * @param path the pipe, or null for the standard input
   * @param packets takes what each read completes
   * @param ended told once when the standard input has ended, with what is wrong at its end
   */
  PipeIn(
      @Nullable Path path,
      PacketReader reader,
      Consumer<List<Packet>> packets,
      Consumer<String> ended)
      throws IOException {
    this.path = path;
    this.reader = reader;
    this.packets = packets;
    this.ended = ended;
    // Open for writing too, a named pipe never ends, however many programs come and go.
    this.channel =
        path == null
            ? new FileInputStream(FileDescriptor.in).getChannel()
            : FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  void start() {
    Thread thread = new Thread(this::run, "pipe-in");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    byte[] bytes = new byte[BUFFER_BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    List<Packet> complete = new ArrayList<>();
    try {
      for (int n = channel.read(buffer); n >= 0; n = channel.read(buffer.clear())) {
        reader.read(bytes, 0, n, complete::add);
        packets.accept(complete);
        complete.clear();
      }
      String missing = reader.end(complete::add);
      packets.accept(complete);
      ended.accept(missing);
    } catch (ClosedChannelException e) {
      LOG.log(Level.DEBUG, "closed", e);
    } catch (IOException e) {
      LOG.log(
          Level.ERROR, "reading {0} failed: {1}", path == null ? "stdin" : path, e.getMessage());
      ended.accept("reading failed");
    }
  }

  @Override
  public void close() throws IOException {
    if (path != null) {
      channel.close();
    }
  }
}
