package io.tautline.tests.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tautline.deflate.DeflateOffer;
import io.tautline.deflate.DeflateOptions;
import io.tautline.deflate.DeflateParameters;
import io.tautline.deflate.DeflatePool;
import io.tautline.deflate.MessageInflater;
import io.tautline.endpoint.JsonCodec;
import io.tautline.handshake.HandshakeException;
import io.tautline.handshake.HeadParser;
import io.tautline.handshake.Headers;
import io.tautline.handshake.RequestHead;
import io.tautline.handshake.ResponseHead;
import io.tautline.model.PathPattern;
import io.tautline.protocol.ProtocolException;
import io.tautline.protocol.Role;
import io.tautline.spi.MessageCodec;
import jakarta.websocket.DecodeException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.DataFormatException;

/**
 * Whatever a peer sends, parsers answer with their own exception or a value that makes sense. The
 * corpus beside this class is replayed by every build; {@code -Pjazzer} looks for more.
 */
class ParserFuzzTest {
  private static final int LIMIT = 4096;
  private static final Set<Integer> STATUSES = Set.of(400, 405, 414, 426, 431, 505);
  private static final DeflatePool POOL = new DeflatePool(4);
  private static final JsonCodec JSON = new JsonCodec();

  /** Something a client may say. */
  record Said(String text, int times, List<String> to) {}

  /** Something else. */
  record Left(Long since, Map<String, Boolean> why) {}

  private static final MessageCodec.ForType DISPATCH =
      JSON.forTypes(Map.of("said", Said.class, "left", Left.class));

  @FuzzTest(maxDuration = "10m")
  void headParser(byte[] input) {
    String whole = head(input, input.length + 1, true);
    assertThat(head(input, 1, true)).isEqualTo(whole);
    assertThat(head(input, 7, true)).isEqualTo(whole);
    assertThat(head(input, 3, false)).isEqualTo(head(input, input.length + 1, false));
  }

  /** Returns what the parser makes of a head that comes in steps. */
  private static String head(byte[] input, int step, boolean request) {
    HeadParser parser = new HeadParser(LIMIT, 20, 256);
    try {
      for (int at = 0; at < input.length; at += step) {
        byte[] piece = Arrays.copyOfRange(input, at, Math.min(input.length, at + step));
        int end = parser.read(piece, 0, piece.length);
        if (end >= 0) {
          return (at + end) + (request ? shown(parser.request()) : shown(parser.response()));
        }
      }
      return "incomplete";
    } catch (HandshakeException e) {
      assertThat(e.status()).matches(status -> !request || STATUSES.contains(status));
      return e.status() + " " + e.getMessage();
    }
  }

  private static String shown(RequestHead head) {
    return " " + head.method() + " " + head.target() + " " + fields(head.headers());
  }

  private static String shown(ResponseHead head) {
    return " " + head.status() + " " + fields(head.headers());
  }

  private static String fields(Headers headers) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < headers.size(); i++) {
      all.append(headers.name(i)).append('=').append(headers.value(i)).append(' ');
    }
    return all.toString();
  }

  @FuzzTest(maxDuration = "10m")
  void frameReader(byte[] input) {
    for (Role role : Role.values()) {
      List<String> whole = Frames.read(role, input, input.length + 1);
      assertThat(Frames.read(role, input, 1)).isEqualTo(whole);
      assertThat(Frames.read(role, input, 5)).isEqualTo(whole);
    }
  }

  @FuzzTest(maxDuration = "10m")
  void inflater(byte[] input) {
    MessageInflater inflater = new MessageInflater(POOL, input.length % 2 == 0);
    int[] total = {0};
    try {
      for (int message = 0; message < 3; message++) {
        inflater.inflate(
            input,
            0,
            input.length,
            true,
            (bytes, from, to, last) -> {
              assertThat(to).isBetween(from, bytes.length);
              total[0] += to - from;
              if (total[0] > 1 << 20) {
                throw new ProtocolException(1009, "enough");
              }
            });
      }
    } catch (DataFormatException | ProtocolException e) {
      assertThat(total[0]).isLessThan((1 << 20) + (1 << 16));
    } finally {
      inflater.end();
    }
  }

  @FuzzTest(maxDuration = "10m")
  void offersHeader(byte[] input) {
    String header = new String(input, ISO_8859_1);
    List<String> offers = List.of(header.split(",", -1));
    DeflateParameters granted = DeflateParameters.accept(offers, DeflateOptions.DEFAULT);
    if (granted != null) {
      DeflateOffer offer =
          offers.stream()
              .map(DeflateOffer::parse)
              .filter(one -> one != null)
              .findFirst()
              .orElseThrow();
      // What we answer is what a client that made this offer can accept.
      assertThat(DeflateParameters.answered(granted.header(), offer)).isEqualTo(granted);
    }
    DeflateParameters.answered(header, DeflateOffer.ANY);
  }

  @FuzzTest(maxDuration = "10m")
  void pathTemplate(byte[] input) {
    String path = new String(input, UTF_8);
    try {
      PathPattern pattern = PathPattern.parse(path);
      assertThat("/" + String.join("/", pattern.segments())).isEqualTo(path);
      assertThat(pattern.equivalent(pattern)).isTrue();
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("path");
    }
  }

  @FuzzTest(maxDuration = "10m")
  void jsonDispatch(byte[] input) {
    for (boolean text : new boolean[] {true, false}) {
      try {
        assertThat(DISPATCH.decode(input, 0, input.length, text))
            .isInstanceOfAny(Said.class, Left.class);
      } catch (DecodeException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
    JSON.correlation(input, 0, input.length);
  }
}
