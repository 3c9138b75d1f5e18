package io.tautline.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Turns come in the order they were asked for, and what they need is fetched for a few at once. */
class ReadyListTest {
  private final Loops loops;
  private final ReadyList list = new ReadyList();
  private final List<String> events = new ArrayList<>();

  ReadyListTest() throws IOException {
    loops = new Loops(new ChannelSockets(), 1, 1, "ready");
  }

  @AfterEach
  void stop() {
    loops.close();
  }

  /** Notes that it was fetched. */
  private final class Asking extends Served {
    private final int number;

    Asking(int number) {
      super(loops.all().get(0));
      this.number = number;
    }

    @Override
    protected void serve(Carrier carrier) {
      throw new IllegalStateException("it is only in a list");
    }

    @Override
    protected int fetch() {
      events.add("fetch " + number);
      if (number == 13) {
        throw new IllegalStateException("a fault of the test's");
      }
      return number;
    }
  }

  private void take() {
    events.add("take " + ((Asking) list.next()).number);
  }

  private void ask(int from, int to) {
    IntStream.range(from, to).mapToObj(Asking::new).forEach(list::add);
  }

  private static List<String> each(String what, int from, int to) {
    return IntStream.range(from, to).mapToObj(number -> what + " " + number).toList();
  }

  @Test
  void whatAsksFirstIsTakenFirst() {
    ask(0, 3);
    take();
    ask(3, 5);
    while (!list.isEmpty()) {
      take();
    }
    assertThat(events).containsSubsequence(each("take", 0, 5)).doesNotHaveDuplicates();
  }

  @Test
  void whatAsksAgainBeforeItIsTakenIsTakenOnce() {
    Asking one = new Asking(7);
    list.add(one);
    list.add(one);
    assertThat(list.size()).isEqualTo(1);
    take();
    assertThat(list.isEmpty()).isTrue();
    list.add(one);
    assertThat(list.next()).isSameAs(one);
  }

  @Test
  void eightAreFetchedBeforeTheFirstOfThemIsTaken() {
    ask(0, 10);
    IntStream.range(0, 10).forEach(i -> take());
    List<String> expected = new ArrayList<>(each("fetch", 0, 8));
    expected.addAll(each("take", 0, 8));
    expected.addAll(each("fetch", 8, 10));
    expected.addAll(each("take", 8, 10));
    assertThat(events).isEqualTo(expected);
  }

  @Test
  void aTurnWhosePrefetchFailsIsTakenOnceAndEndsWhatItServes() {
    ask(12, 15);
    assertThat(list.next().broken).isFalse();
    assertThat(list.next().broken).as("so that its turn breaks it off").isTrue();
    assertThat(list.next().broken).isFalse();
    assertThat(list.isEmpty()).isTrue();
  }

  @Test
  void whatComesAfterSomeWereFetchedIsFetchedLater() {
    ask(0, 2);
    take();
    ask(2, 4);
    IntStream.range(1, 4).forEach(i -> take());
    assertThat(events)
        .containsExactly(
            "fetch 0", "fetch 1", "take 0", "take 1", "fetch 2", "fetch 3", "take 2", "take 3");
  }
}
