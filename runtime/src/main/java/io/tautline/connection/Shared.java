package io.tautline.connection;

import io.tautline.protocol.Memory;

/**
 * What the connections of one network share.
 *
 * @param limits the bounds of each
 * @param memory for unfinished messages
 * @param slowHandshakes counts those
 * @param release is run once when a connection has ended
 */
record Shared(Limits limits, Memory memory, SlowHandshakes slowHandshakes, Runnable release) {}
