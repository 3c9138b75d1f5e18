package io.tautline.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The header of permessage-deflate (RFC 7692 §7.1). */
class DeflateParametersTest {
  private static final DeflateOptions TAKEOVER = new DeflateOptions(true, 15, -1, 0);

  private static @Nullable String answer(DeflateOptions options, String... offers) {
    DeflateParameters granted = DeflateParameters.accept(List.of(offers), options);
    return granted == null ? null : granted.header();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "permessage-deflate|permessage-deflate",
        "PERMESSAGE-DEFLATE|permessage-deflate",
        "permessage-deflate; client_max_window_bits|permessage-deflate",
        "permessage-deflate; client_max_window_bits=10"
            + "|permessage-deflate; client_max_window_bits=10",
        "permessage-deflate;server_no_context_takeover"
            + "|permessage-deflate; server_no_context_takeover",
        "permessage-deflate; client_no_context_takeover"
            + "|permessage-deflate; client_no_context_takeover",
        "permessage-deflate; server_max_window_bits=9"
            + "|permessage-deflate; server_max_window_bits=9",
        "permessage-deflate; server_max_window_bits=15"
            + "|permessage-deflate; server_max_window_bits=15",
        "permessage-deflate; server_max_window_bits=\"8\""
            + "|permessage-deflate; server_max_window_bits=8"
      })
  void anOfferIsGrantedAsItIs(String offer, String expected) {
    assertThat(answer(TAKEOVER, offer)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits=09",
        "permessage-deflate; client_max_window_bits=0",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        "permessage-deflate; unknown",
        "permessage-deflate;",
        "permessage-deflate; ",
        "permessage-bzip2",
        "x-webkit-deflate-frame",
        ""
      })
  void anOfferThatBreaksARuleIsPassedOver(String offer) {
    assertThat(answer(TAKEOVER, offer)).isNull();
    assertThat(answer(TAKEOVER, offer, "permessage-deflate")).isEqualTo("permessage-deflate");
  }

  @Test
  void withoutTakeoverTheClientDoesWithoutOnlyIfItOffersThat() {
    assertThat(answer(DeflateOptions.DEFAULT, "permessage-deflate"))
        .isEqualTo("permessage-deflate; server_no_context_takeover");
    assertThat(answer(DeflateOptions.DEFAULT, "permessage-deflate; client_no_context_takeover"))
        .isEqualTo("permessage-deflate; server_no_context_takeover; client_no_context_takeover");
  }

  @Test
  void theSmallerWindowWins() {
    assertThat(
            answer(
                new DeflateOptions(true, 10, -1, 0),
                "permessage-deflate; server_max_window_bits=12"))
        .isEqualTo("permessage-deflate; server_max_window_bits=10");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "true|permessage-deflate",
        "true|permessage-deflate; client_max_window_bits=9; server_max_window_bits=8",
        "true|permessage-deflate; client_no_context_takeover",
        "false|permessage-deflate; client_max_window_bits",
        "false|permessage-deflate; client_max_window_bits=99",
        "false|permessage-deflate; server_max_window_bits=0",
        "false|permessage-deflate; nonsense",
        "false|other"
      })
  void aClientAcceptsOnlyWhatItOffered(boolean accepted, String answer) {
    assertThat(DeflateParameters.answered(answer, DeflateOffer.ANY) != null).isEqualTo(accepted);
  }

  @Test
  void aClientInsistsOnWhatItAskedFor() {
    DeflateOffer asks = new DeflateOffer(true, false, 10, false, 0);
    assertThat(asks.header())
        .isEqualTo("permessage-deflate; server_no_context_takeover; server_max_window_bits=10");
    String alone = "permessage-deflate; server_no_context_takeover";
    assertThat(DeflateParameters.answered("permessage-deflate", asks)).isNull();
    assertThat(DeflateParameters.answered(alone, asks)).isNull();
    assertThat(DeflateParameters.answered(alone + "; server_max_window_bits=11", asks)).isNull();
    assertThat(DeflateParameters.answered(alone + "; server_max_window_bits=9", asks)).isNotNull();
    assertThat(
            DeflateParameters.answered(
                alone + "; server_max_window_bits=9; client_max_window_bits=9", asks))
        .as("a window that was not offered")
        .isNull();
  }
}
