package io.tautline.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import tlschannel.ClientTlsChannel;
import tlschannel.NeedsReadException;
import tlschannel.NeedsWriteException;
import tlschannel.ServerTlsChannel;
import tlschannel.TlsChannel;

/**
 * A wire through TLS 1.2 or 1.3; the engine's states are the library's business.
 *
 * <p>A client always checks that the certificate is for the host it asked for (RFC 2818), and names
 * that host in the handshake (SNI). Buffers are let go of while the wire is idle.
 */
public final class TlsWire implements Wire {
  /** Whether clients show a certificate. */
  public enum ClientCertificate {
    /** They are not asked. */
    NONE,
    /** They are asked, and served without one too. */
    OPTIONAL,
    /** Without one that the context trusts, the TLS handshake fails. */
    REQUIRED
  }

  static {
    // Without it a client of TLS 1.2 can make the server work by renegotiating again and again. The
    // JDK has no such setting for one connection.
    if (System.getProperty("jdk.tls.rejectClientInitiatedRenegotiation") == null) {
      System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }
  }

  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final Socket plain;
  private final TlsChannel channel;
  private volatile boolean pending;
  private volatile boolean writeAwaitsInput;
  private boolean readAgain;
  private boolean ended;

  /** Whether the handshake is over, as it is on a server once there is something to write. */
  private boolean greeted;

  /** Whether we have said that nothing more follows. */
  private boolean goodbye;

  private TlsWire(Socket socket, TlsChannel channel, boolean server) {
    this.plain = socket;
    this.channel = channel;
    this.greeted = server;
  }

  /**
   * Returns what makes a server's wires. Clients cannot renegotiate: the system property {@code
   * jdk.tls.rejectClientInitiatedRenegotiation} is set, for the whole JVM, unless it has a value.
   *
   * @param certificate whether clients show one, which the context must trust
   */
  public static Factory server(SSLContext context, ClientCertificate certificate) {
    return socket ->
        new TlsWire(
            socket,
            ServerTlsChannel.newBuilder(socket, context)
                .withEngineFactory(any -> serverEngine(any, certificate))
                .build(),
            true);
  }

  private static SSLEngine serverEngine(SSLContext context, ClientCertificate certificate) {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    switch (certificate) { // one call takes back what the other has set
      case NONE -> engine.setNeedClientAuth(false);
      case OPTIONAL -> engine.setWantClientAuth(true);
      case REQUIRED -> engine.setNeedClientAuth(true);
    }
    engine.setEnabledProtocols(PROTOCOLS);
    return engine;
  }

  /**
   * Returns what makes a client's wire to one host.
   *
   * @param host name or address, an IPv6 address without brackets
   * @param insecure accepts a certificate for any host; for tests of servers only
   */
  public static Factory client(SSLContext context, String host, int port, boolean insecure) {
    return socket -> {
      SSLEngine engine = context.createSSLEngine(host, port);
      engine.setUseClientMode(true);
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setProtocols(PROTOCOLS);
      parameters.setEndpointIdentificationAlgorithm(insecure ? "" : "HTTPS");
      engine.setSSLParameters(parameters);
      return new TlsWire(socket, ClientTlsChannel.newBuilder(socket, engine).build(), false);
    };
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    int before = into.position();
    readAgain = false;
    if (goodbye) {
      int n = plain.read(into); // what still comes is dropped, lest a reset destroy our goodbye
      into.position(before);
      return Math.min(n, 0);
    }
    try {
      // Records that have been received whole raise no event: take them all.
      while (into.hasRemaining() && !ended) {
        ended = channel.read(into) < 0;
      }
      readAgain = !into.hasRemaining();
    } catch (NeedsReadException e) {
      // that was all
    } catch (NeedsWriteException e) {
      pending = true;
      readAgain = true;
    } catch (SSLException e) {
      alert();
      throw e;
    }
    if (writeAwaitsInput && (greeted() || pending)) {
      writeAwaitsInput = false; // perhaps this was it, and nothing else will tell: try again
    }
    int n = into.position() - before;
    return n == 0 && ended ? -1 : n;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    if (!greeted()) { // a TrustManager may take its time, and who writes holds a lock: read
      pending = false;
      writeAwaitsInput = true;
      readAgain = true;
      return 0;
    }
    int before = from.position();
    try {
      writeAwaitsInput = false;
      do {
        if (channel.write(from) == 0 && from.hasRemaining()) {
          throw new ClosedChannelException(); // the peer's close_notify closed our side too
        }
      } while (from.hasRemaining());
      pending = false;
    } catch (NeedsWriteException e) {
      pending = true;
    } catch (NeedsReadException e) {
      writeAwaitsInput = true;
    } catch (SSLException e) {
      alert();
      throw e;
    }
    return from.position() - before;
  }

  private boolean greeted() {
    if (!greeted) {
      SSLEngine engine = channel.getSslEngine();
      greeted = engine != null && !engine.getSession().getProtocol().equals("NONE");
    }
    return greeted;
  }

  /** Says why TLS has failed: the engine has an alert for that, which the library leaves lying. */
  private void alert() {
    SSLEngine engine = channel.getSslEngine();
    if (engine == null) {
      return; // it did not come to that
    }
    ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    try {
      engine.wrap(ByteBuffer.allocate(0), record);
      plain.write(record.flip());
    } catch (IOException e) {
      // The peer gets the end of TCP instead of the reason.
    }
  }

  @Override
  public void shutdownOutput() throws IOException {
    goodbye = true;
    try {
      channel.shutdown();
    } catch (NeedsReadException | NeedsWriteException e) {
      // The peer gets the end of TCP instead of a goodbye it does not take.
    }
    plain.shutdownOutput();
  }

  @Override
  public void close() {
    plain.close();
  }

  @Override
  public Socket socket() {
    return plain.socket();
  }

  @Override
  public boolean pending() {
    return pending;
  }

  @Override
  public boolean writeAwaitsInput() {
    return writeAwaitsInput;
  }

  @Override
  public boolean readAgain() {
    return readAgain;
  }

  @Override
  public List<Certificate> peerCertificates() {
    try {
      SSLEngine engine = channel.getSslEngine();
      return engine == null ? List.of() : List.of(engine.getSession().getPeerCertificates());
    } catch (SSLPeerUnverifiedException e) {
      return List.of(); // it showed none
    }
  }

  @Override
  public boolean secure() {
    return true;
  }
}
