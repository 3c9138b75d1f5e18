package io.tautline.samples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.samples.chat.Message.History;
import io.tautline.samples.chat.Message.Join;
import io.tautline.samples.chat.Message.Members;
import io.tautline.samples.chat.Message.Refused;
import io.tautline.samples.chat.Message.Said;
import io.tautline.samples.chat.Message.Say;
import io.tautline.testing.Connect;
import io.tautline.testing.TautlineTest;
import io.tautline.testing.TestClient;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The chat as its clients see it. */
@TautlineTest(Chat.class)
class ChatTest {
  @Test
  void everyoneInTheRoomHears(
      @Connect("/chat/blue") TestClient ann, @Connect("/chat/blue") TestClient bob)
      throws IOException {
    ann.send(new Join("Ann"));
    assertThat(ann.expect(History.class).messages()).isEmpty();
    assertThat(ann.expect(Members.class).names()).containsExactly("Ann");
    bob.send(new Join("Bob"));
    bob.expect(History.class);
    assertThat(bob.expect(Members.class).names()).containsExactly("Ann", "Bob");
    ann.expect(Members.class);

    ann.send(new Say("hello"));
    for (TestClient client : List.of(ann, bob)) {
      Said said = client.expect(Said.class);
      assertThat(said.name()).isEqualTo("Ann");
      assertThat(said.text()).isEqualTo("hello");
    }

    ann.close();
    assertThat(ann.expectClose()).isEqualTo(1000);
    assertThat(bob.expect(Members.class).names()).containsExactly("Bob");
  }

  @Test
  void whoHasNoNameSaysNothing(@Connect("/chat/blue") TestClient nobody) {
    nobody.send(new Say("hello"));
    assertThat(nobody.expect(Refused.class).why()).isEqualTo("join with a name first");
  }

  @Test
  void onlyWhatPeopleSayIsTaken(@Connect("/chat/blue") TestClient eve) {
    eve.send(new Members(List.of("Eve")));
    assertThat(eve.expect(Refused.class).why())
        .isEqualTo("message with an unknown type; this endpoint takes join, leave, say");
  }
}
