package io.tautline.model;

import java.util.ArrayList;
import java.util.List;

/** The problems of one endpoint, as they are found. */
final class Problems {
  private final List<Problem> all = new ArrayList<>();
  private int errors;

  /**
   * Notes an error.
   *
   * @param method index of the method at fault, or -1 for the class
   * @param parameter index of the parameter at fault, or -1 for the method
   */
  void error(String code, int method, int parameter, String text) {
    add(new Problem(code, true, method, parameter, text));
  }

  void add(Problem error) {
    errors++;
    all.add(error);
  }

  void warning(String code, int method, int parameter, String text) {
    all.add(new Problem(code, false, method, parameter, text));
  }

  /** Returns how many errors there are so far. */
  int errors() {
    return errors;
  }

  List<Problem> all() {
    return all;
  }
}
