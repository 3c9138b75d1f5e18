# Launcher for the suite bundled in autobahntestsuite-maven-plugin, for Jython 2.7 on any JDK.
# usage: java -cp jython-standalone.jar:plugin.jar:test-classes org.python.util.jython wstest.py PLUGIN_JAR MODE SPEC.json
import os, sys, json
jar, mode, specfile = sys.argv[1:4]
sys.argv = ['wstest']
sys.path.insert(0, jar)
if not os.environ.get('NO_ACCEL'):   # Java versions of the masking and UTF-8 loops (WsAccel must be on the class path)
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from autobahntestsuite import wstest, fuzzing
from twisted.internet import reactor
_listen = reactor.listenTCP
def listenTCP(port, factory, backlog=50, interface=''):
    return _listen(port, factory, 128, '127.0.0.1')   # loopback only
reactor.listenTCP = listenTCP
def startServer(spec, sslKey=None, sslCert=None, debug=False):
    # like fuzzing.startServer, less the embedded web site (always on in 0.5.6, and broken inside a jar)
    factory = fuzzing.FuzzingServerFactory(spec, debug)
    fuzzing.listenWS(factory, None)
    return True
fuzzing.startServer = startServer
# Jython's non-blocking send() says EAGAIN for ever once the peer has closed the TCP connection; without this a case whose
# peer closes at once after its close frame is never recorded (fuzzingserver) and the reactor spins. As with any TCP, what
# is written then is lost, but what the peer wrote before is still to be read: the end of that tells of the close.
from twisted.internet import tcp
_write = tcp.Connection.writeSomeData.__func__
def writeSomeData(self, data):
    n = _write(self, data)
    if n == 0 and len(data) > 0:
        ch = getattr(getattr(self.socket, '_sock', self.socket), 'channel', None)
        if ch is not None and not ch.isActive():
            return len(data)
    return n
tcp.Connection.writeSomeData = writeSomeData
if os.environ.get('WSTEST_LOG'):
    from twisted.python import log
    log.startLogging(sys.stdout)   # shows exceptions the suite swallows
# WSTEST_TIME_SCALE=n stretches the per-case kill/close timeouts (for loaded machines). Kills are
# stretched further: one that comes before the suite has read what arrived looks like silence.
_scale = float(os.environ.get('WSTEST_TIME_SCALE', '1'))
if _scale != 1:
    _P = fuzzing.FuzzingProtocol
    _ka, _ca = _P.killAfter.__func__, _P.closeAfter.__func__
    _P.killAfter = lambda self, d: _ka(self, d * _scale * 4)
    _P.closeAfter = lambda self, d: _ca(self, d * _scale)
wstest.start({'mode': mode}, json.load(open(specfile)))
