# The suite's masking, done in Java: Jython's own loop is what section 9 would wait for.
from io.tautline.tests.autobahn import WsAccel


class XorMaskerNull:
    def __init__(self, mask=None):
        self.ptr = 0

    def pointer(self):
        return self.ptr

    def reset(self):
        self.ptr = 0

    def process(self, data):
        self.ptr += len(data)
        return data


class XorMasker(XorMaskerNull):
    def __init__(self, mask):
        assert len(mask) == 4
        self.mask = mask
        self.ptr = 0

    def process(self, data):
        masked = WsAccel.xor(data, self.mask, self.ptr & 3).tostring()
        self.ptr += len(data)
        return masked


def createXorMasker(mask, length=None):
    return XorMasker(mask)
