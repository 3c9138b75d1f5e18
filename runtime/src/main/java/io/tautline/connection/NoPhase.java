package io.tautline.connection;

/** Before a connection is registered: nothing happens. */
enum NoPhase implements Phase {
  INSTANCE;

  @Override
  public boolean ready() {
    return false;
  }

  @Override
  public int received(byte[] bytes, int from, int to) {
    return from;
  }

  @Override
  public void ended() {}

  @Override
  public void due(long now) {}

  @Override
  public long deadline(long now) {
    return Long.MAX_VALUE;
  }

  @Override
  public void gone() {}
}
