package io.tautline.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tautline.protocol.Opcode;
import io.tautline.protocol.Role;
import io.tautline.transport.Socket;
import io.tautline.transport.Wire;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A write that breaks off, nobody knows where. */
class WriteFaultTest {
  /** Lacks the memory for its first write. */
  private static final class PoorWire implements Wire {
    private int writes;

    @Override
    public int write(ByteBuffer from) {
      if (++writes == 1) {
        throw new OutOfMemoryError("a fault of the test's");
      }
      int n = from.remaining();
      from.position(from.limit());
      return n;
    }

    @Override
    public int read(ByteBuffer into) {
      return 0;
    }

    @Override
    public void shutdownOutput() {}

    @Override
    public void close() {}

    @Override
    public Socket socket() {
      throw new AssertionError("there is none");
    }
  }

  @Test
  void nothingFollowsIt() {
    PoorWire wire = new PoorWire();
    AtomicInteger failures = new AtomicInteger();
    Outbound outbound = new Outbound(wire, Role.SERVER, Limits.DEFAULT, failures::incrementAndGet);
    List<Throwable> told = new ArrayList<>();
    byte[] payload = new byte[3];
    assertThatThrownBy(() -> outbound.send(null, true, Opcode.BINARY, payload, 0, 3, told::add))
        .isInstanceOf(OutOfMemoryError.class);
    outbound.send(null, true, Opcode.BINARY, payload, 0, 3, told::add);
    assertThat(told).hasSize(2).doesNotContainNull();
    assertThat(wire.writes).isEqualTo(1);
    assertThat(failures).as("so that a turn ends the connection").hasValue(1);
  }
}
