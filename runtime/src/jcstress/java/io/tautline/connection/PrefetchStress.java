package io.tautline.connection;

import io.tautline.protocol.Opcode;
import io.tautline.protocol.Role;
import io.tautline.transport.Socket;
import io.tautline.transport.Wire;
import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A prefetch reads what others are changing, without a lock: it neither fails nor changes it. */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "fetched, and sent as if it was not")
@Outcome(expect = Expect.FORBIDDEN, desc = "failed, or changed what is sent")
@State
public class PrefetchStress {
  /** Takes half of what it is given. */
  private static final class HalfWire implements Wire {
    @Override
    public int write(ByteBuffer from) {
      int half = (from.remaining() + 1) / 2;
      from.position(from.position() + half);
      return half;
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
      throw new IllegalStateException("there is none");
    }
  }

  private static final byte[] PAYLOAD = new byte[10];

  private final Outbound outbound =
      new Outbound(new HalfWire(), Role.SERVER, Limits.DEFAULT, () -> {});

  @Actor
  public void prefetch(ZZ_Result result) {
    int sum = 0;
    for (int i = 0; i < 4; i++) {
      sum += outbound.fetch();
    }
    result.r1 = sum >= 0;
  }

  @Actor
  public void send(ZZ_Result result) {
    outbound.send("sender", false, Opcode.BINARY, PAYLOAD, 0, PAYLOAD.length, null);
    outbound.send(null, true, Opcode.BINARY, PAYLOAD, 0, PAYLOAD.length, null);
    outbound.send("sender", true, Opcode.BINARY, PAYLOAD, 0, PAYLOAD.length, null);
    for (int i = 0; i < 20; i++) {
      outbound.flush();
    }
    result.r2 = !outbound.messagesWait() && outbound.state() == Outbound.State.FREE;
  }
}
