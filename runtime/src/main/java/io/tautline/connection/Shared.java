package io.tautline.connection;

import io.tautline.protocol.Memory;
import io.tautline.transport.BlockingPermits;

/**
 * What the connections of one network share.
 *
 * @param limits the bounds of each
 * @param memory for unfinished messages
 * @param slowHandshakes counts those
 * @param reports counts what peers did wrong
 * @param permits for turns that are detached from their loops, unless an endpoint has its own
 * @param release is run once when a connection has ended
 */
record Shared(
    Limits limits,
    Memory memory,
    SlowHandshakes slowHandshakes,
    PeerReports reports,
    BlockingPermits.Share permits,
    Runnable release) {}
