package io.tautline.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HabitTest {
  private static final long SECOND = 1_000_000_000L;

  private final Habit habit = new Habit("a handler");

  @Test
  void threeTheftsWithinTenSecondsMakeAHabit() {
    habit.stolen(0, 1, false);
    habit.stolen(9 * SECOND, 1, false);
    assertThat(habit.blocks()).isFalse();
    habit.stolen(10 * SECOND, 1, false);
    assertThat(habit.blocks()).isTrue();
  }

  @Test
  void theftsFarApartMakeNone() {
    for (int i = 0; i < 100; i++) {
      habit.stolen(6 * SECOND * i, 1, false);
    }
    assertThat(habit.blocks()).isFalse();
  }

  @Test
  void theftsAfterManyQuickCallsMakeNone() {
    for (int i = 0; i < 100; i++) {
      habit.stolen(0, 201, false);
    }
    assertThat(habit.blocks()).isFalse();
    for (int i = 0; i < 3; i++) {
      habit.stolen(0, 200, false);
    }
    assertThat(habit.blocks()).isTrue();
  }

  @Test
  void theftsAfterManyQuickConnectionsMakeNone() {
    for (int i = 0; i < 100; i++) {
      for (int call = 0; call < 201; call++) {
        habit.lifecycleCall();
      }
      habit.stolen(0, 1, false);
    }
    assertThat(habit.blocks()).isFalse();
    for (int i = 0; i < 3; i++) {
      habit.lifecycleCall();
      habit.stolen(0, 1, false);
    }
    assertThat(habit.blocks()).isTrue();
  }

  @Test
  void quickCallsInARowEndIt() {
    learn();
    for (int i = 0; i < 31; i++) {
      habit.took(999_999);
    }
    habit.took(1_000_000);
    for (int i = 0; i < 31; i++) {
      habit.took(10);
    }
    assertThat(habit.blocks()).isTrue();
    habit.took(10);
    assertThat(habit.blocks()).isFalse();
    learn();
    assertThat(habit.blocks()).isTrue();
  }

  @Test
  void whereNoPermitIsLeftOneTheftMakesAHabit() {
    habit.stolen(0, 201, true);
    assertThat(habit.blocks()).isTrue();
  }

  private void learn() {
    for (int i = 0; i < 3; i++) {
      habit.stolen(0, 1, false);
    }
  }
}
