# The suite's UTF-8 check, done in Java.
from io.tautline.tests.autobahn import WsAccel


class Utf8Validator:
    UTF8_ACCEPT = 0
    UTF8_REJECT = 1

    def __init__(self):
        self.reset()

    def reset(self):
        self.state = 0
        self.index = 0

    def validate(self, data):
        """Returns (valid?, ends on a code point?, index in data, index in all)."""
        self.state, at = WsAccel.utf8(str(data), self.state)
        self.index += at
        if self.state == -1:
            return False, False, at, self.index
        return True, self.state == 0, at, self.index
