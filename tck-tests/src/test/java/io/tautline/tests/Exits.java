package io.tautline.tests;

import io.tautline.boot.Tautline;
import io.tautline.boot.TautlineServer;

/**
 * An application that serves, and ends by itself, or has something left to do when Tautline has
 * ended.
 */
final class Exits {
  private Exits() {}

  public static void main(String[] args) throws Exception {
    TautlineServer server = Tautline.serve(0);
    if (args.length > 0) {
      System.exit(Integer.parseInt(args[0]));
    }
    Thread last =
        new Thread(
            () -> {
              try {
                server.join();
                for (Thread one : Thread.getAllStackTraces().keySet()) {
                  if (one.getName().equals("tautline-stop")) {
                    one.join();
                  }
                }
                System.out.println("flushed");
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    Runtime.getRuntime().addShutdownHook(last);
    System.out.println("ready");
    server.join();
  }
}
