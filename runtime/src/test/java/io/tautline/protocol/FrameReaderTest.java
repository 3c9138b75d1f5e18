package io.tautline.protocol;

import static io.tautline.protocol.Transcript.hex;
import static io.tautline.protocol.Transcript.overEverySplit;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {

  /** A client reads unmasked frames, so wire bytes are legible. */
  private static void clientReads(String wire, String... lines) {
    assertThat(overEverySplit(Role.CLIENT, hex(wire))).containsExactly(lines);
  }

  private static void serverReads(String wire, String... lines) {
    assertThat(overEverySplit(Role.SERVER, hex(wire))).containsExactly(lines);
  }

  @Nested
  @DisplayName("RFC 6455 §5.2 base framing")
  class Section5_2 {
    @Test
    void theExamplesOfSection5_7AreRead() {
      clientReads("81 05 48656c6c6f", "text Hello");
      serverReads("81 85 37fa213d 7f9f4d5158", "text Hello");
      clientReads("01 03 48656c 80 02 6c6f", "text Hello");
      clientReads("89 05 48656c6c6f", "ping 48656c6c6f");
      serverReads("8a 85 37fa213d 7f9f4d5158", "pong 48656c6c6f");
    }

    @Test
    void emptyMessagesAreMessages() {
      clientReads("81 00 82 00 81 00", "text ", "binary ", "text ");
      serverReads("81 80 00000000", "text ");
    }

    @Test
    void lengthsOfTwoAndEightBytesAreRead() {
      String hundredAndTwentySix = "61".repeat(126);
      clientReads("81 7e 007e" + hundredAndTwentySix, "text " + "a".repeat(126));
      byte[] big = new byte[10 + 65536];
      System.arraycopy(hex("82 7f 0000000000010000"), 0, big, 0, 10);
      assertThat(Transcript.of(Role.CLIENT, big)).containsExactly("binary " + "00".repeat(65536));
    }

    @ParameterizedTest
    @ValueSource(strings = {"81 7e 007d", "81 7e 0000", "81 7f 000000000000ffff"})
    void aLengthNotInItsShortestFormFailsWith1002(String wire) {
      clientReads(wire, "failed 1002 length not in its shortest form");
    }

    @Test
    void payloadOfTheLongestFrameIsNoMoreThanHasCome() throws ProtocolException {
      Transcript transcript = new Transcript();
      MessageAssembler assembler = new MessageAssembler(1, 1, 1, null, transcript);
      assembler.stream(false, true);
      FrameReader reader = new FrameReader(Role.CLIENT, 0, assembler);
      byte[] first = hex("ffff 02 7f 7fffffffffffffff 0102");
      assertThat(reader.read(first, 2, first.length)).isEqualTo(first.length);
      assertThat(reader.read(hex("030405"), 0, 3)).isEqualTo(3);
      assertThat(transcript.lines()).containsExactly("part 2 0102", "part 2 030405");
    }

    @Test
    void aLengthWithItsTopBitSetFailsWith1002() {
      clientReads("82 7f 8000000000000000", "failed 1002 length with its top bit set");
      clientReads("82 7f ffffffffffffffff", "failed 1002 length with its top bit set");
    }

    @ParameterizedTest
    @ValueSource(strings = {"c1 00", "a1 00", "91 00", "f1 00", "c9 00", "d8 00", "a0 00"})
    void aReservedBitFailsWith1002(String wire) {
      clientReads(wire, "failed 1002 reserved bit set without a negotiated meaning");
    }

    @ParameterizedTest
    @ValueSource(strings = {"83", "84", "85", "86", "87", "8b", "8c", "8d", "8e", "8f"})
    void aReservedOpcodeFailsWith1002BeforeItsPayload(String first) {
      clientReads(first + " 7f", "failed 1002 reserved opcode");
    }

    @Test
    void whatCameBeforeAViolationIsDelivered() {
      clientReads("81 02 6f6b 83 00 89 00", "text ok", "failed 1002 reserved opcode");
    }
  }

  @Nested
  @DisplayName("RFC 6455 §5.1 masking direction")
  class Section5_1 {
    @Test
    void anUnmaskedFrameFailsAServerWith1002() {
      serverReads("81 01 61", "failed 1002 unmasked client frame");
    }

    @Test
    void aMaskedFrameFailsAClientWith1002() {
      clientReads("81 81 00000000 61", "failed 1002 masked server frame");
    }
  }

  @Nested
  @DisplayName("RFC 6455 §5.4 fragmentation")
  class Section5_4 {
    @Test
    void controlFramesMayStandBetweenFragments() {
      clientReads("01 01 61 89 01 70 00 01 62 8a 00 80 01 63", "ping 70", "pong ", "text abc");
    }

    @Test
    void emptyFragmentsCount() {
      clientReads("01 00 00 00 80 00", "text ");
      clientReads("02 00 00 01 07 80 00", "binary 07");
    }

    @Test
    void aContinuationOfNothingFailsWith1002() {
      clientReads("80 00", "failed 1002 continuation without a message to continue");
      clientReads(
          "81 01 61 00 00", "text a", "failed 1002 continuation without a message to continue");
    }

    @Test
    void aNewMessageInsideAnotherFailsWith1002() {
      clientReads("01 01 61 81 01 62", "failed 1002 new message before the last one ended");
    }

    @Test
    void tooManyFragmentsFailWith1008() {
      assertThat(overEverySplit(Role.CLIENT, hex("01 00" + "00 00".repeat(64))))
          .containsExactly("failed 1008 message of more than 64 fragments (maxFragments)");
    }
  }

  @Nested
  @DisplayName("RFC 6455 §5.5 control frames")
  class Section5_5 {
    @ParameterizedTest
    @ValueSource(strings = {"09 00", "0a 00", "08 00"})
    void aFragmentedControlFrameFailsWith1002(String wire) {
      clientReads(wire, "failed 1002 fragmented control frame");
    }

    @ParameterizedTest
    @ValueSource(strings = {"89 7e", "8a 7e", "88 7e", "89 7f"})
    void aControlFrameOf126BytesFailsWith1002BeforeItsPayload(String wire) {
      clientReads(wire, "failed 1002 control frame longer than 125 bytes");
    }

    @Test
    void aControlFrameOf125BytesIsRead() {
      clientReads("89 7d" + "2a".repeat(125), "ping " + "2a".repeat(125));
    }

    @Test
    void nothingIsReadAfterAClose() {
      clientReads("88 02 03e8 81 01 61 83 00", "close 1000 ");
    }

    @Test
    void anEmptyCloseHasNoCode() {
      clientReads("88 00", "close 1005 ");
    }

    @Test
    void aCloseOfOneByteFailsWith1002() {
      clientReads("88 01 03", "failed 1002 close payload of one byte");
    }

    @Test
    void aCloseReasonIsText() {
      clientReads("88 06 03e9 6279 6521", "close 1001 bye!");
      clientReads("88 04 03e8 ceba", "close 1000 κ");
    }

    @Test
    void aCloseReasonThatIsNotUtf8FailsWith1007() {
      clientReads("88 04 03e8 ceff", "failed 1007 close reason is not UTF-8");
      clientReads("88 03 03e8 ce", "failed 1007 close reason is not UTF-8");
    }

    @ParameterizedTest
    @CsvSource({
      "0,false", "999,false", "1000,true", "1003,true", "1004,false", "1005,false",
      "1006,false", "1007,true", "1011,true", "1012,true", "1014,true", "1015,false",
      "1016,false", "1100,false", "2000,false", "2999,false", "3000,true", "3999,true",
      "4000,true", "4999,true", "5000,false", "65535,false"
    })
    void onlyCodesWithAMeaningAreAccepted(int code, boolean accepted) {
      clientReads(
          String.format("88 02 %04x", code),
          accepted ? "close " + code + " " : "failed 1002 close code " + code);
    }
  }

  @Nested
  @DisplayName("RFC 6455 §8.1 UTF-8")
  class Section8_1 {
    @Test
    void aCharacterMayBeSplitOverFrames() {
      clientReads("01 01 e2 00 01 82 80 01 ac", "text €");
    }

    @Test
    void badTextFailsWith1007WithinAnUnfinishedFrame() {
      // The frame declares five bytes; two of them are enough to know.
      clientReads("81 05 f490", "failed 1007 text is not UTF-8");
    }

    @Test
    void badTextFailsWith1007OnTheFragmentThatMakesItBad() {
      clientReads("01 01 61 00 01 ff", "failed 1007 text is not UTF-8");
    }

    @Test
    void aTextThatEndsInsideACharacterFailsWith1007() {
      clientReads("81 01 e2", "failed 1007 text is not UTF-8");
      clientReads("01 02 e282 80 00", "failed 1007 text is not UTF-8");
    }

    @Test
    void binaryIsNotText() {
      clientReads("82 02 fffe", "binary fffe");
    }
  }

  @Nested
  @DisplayName("RFC 6455 §10.4 limits")
  class Section10_4 {
    @Test
    void aMessageOverTheLimitFailsWith1009OnItsHeader() {
      assertThat(Transcript.bounded(Role.CLIENT, hex("82 05"), 4))
          .containsExactly("failed 1009 message longer than 4 bytes (maxBinaryBytes)");
      assertThat(Transcript.bounded(Role.CLIENT, hex("82 04 01020304"), 4))
          .containsExactly("binary 01020304");
    }

    @Test
    void theLimitCountsAllFragments() {
      assertThat(Transcript.bounded(Role.CLIENT, hex("02 03 010203 80 02"), 4))
          .containsExactly("failed 1009 message longer than 4 bytes (maxBinaryBytes)");
      assertThat(Transcript.bounded(Role.CLIENT, hex("02 03 010203 80 7f 7fffffffffffffff"), 4))
          .containsExactly("failed 1009 message longer than 4 bytes (maxBinaryBytes)");
    }
  }
}
