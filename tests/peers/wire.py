# SPDX-License-Identifier: GPL-3.0-or-later
"""A login byte by byte, as libraries see it: by SSH at a terminal of any size (Paramiko), or by telnet.

    w = Wire.ssh("admin", "hidden", columns=80); w.send(b"show clock\\n"); said = w.until(rb"edge1#$")"""

import re
import socket
import time

import paramiko

NEGOTIATION = re.compile(rb"\xff[\xfb-\xfe].", re.S)


class Wire:
    def __init__(self, channel, client=None):
        self.channel, self.client = channel, client
        self.channel.settimeout(0.1)
        self.bytes = b""

    @classmethod
    def ssh(cls, user, password, columns=80, rows=24, term="vt100"):
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        client.connect("127.0.0.1", username=user, password=password, look_for_keys=False, allow_agent=False)
        return cls(client.invoke_shell(term=term, width=columns, height=rows), client)

    @classmethod
    def telnet(cls, answers=b""):
        """Negotiation is not answered, but for these bytes."""
        wire = cls(socket.create_connection(("127.0.0.1", 23), 10))
        wire.send(answers)
        return wire

    def send(self, bytes_):
        self.channel.sendall(bytes_)

    def _pump(self):
        try:
            got = self.channel.recv(65536)
        except TimeoutError:
            return True
        self.bytes = NEGOTIATION.sub(b"", self.bytes + got)
        return bool(got)

    def until(self, pattern, seconds=10):
        """All that came, when `pattern' matches in it; it is taken."""
        end = time.monotonic() + seconds
        while not re.search(pattern, self.bytes):
            assert time.monotonic() < end, "no %r in %r" % (pattern, self.bytes[-1500:])
            assert self._pump(), "hung up before %r: %r" % (pattern, self.bytes[-1500:])
        said, self.bytes = self.bytes, b""
        return said

    def quiet(self, seconds=0.4):
        """All that comes within that long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._pump():
            pass
        said, self.bytes = self.bytes, b""
        return said

    def ended(self, seconds=10):
        end = time.monotonic() + seconds
        while self._pump():
            assert time.monotonic() < end, "not hung up: %r" % self.bytes[-500:]

    def close(self):
        self.channel.close()
        if self.client:
            self.client.close()
