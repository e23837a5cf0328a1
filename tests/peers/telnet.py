# SPDX-License-Identifier: GPL-3.0-or-later
"""A telnet client as scripts have it: answers the negotiation, sends lines, reads up to a prompt."""

import re
import socket
import time

IAC, DONT, DO, WONT, WILL, SB, SE = 255, 254, 253, 252, 251, 250, 240


class Telnet:
    def __init__(self, address, port=23, host=None):
        if host:
            with host.entered():
                self.socket = socket.create_connection((address, port), 10)
        else:
            self.socket = socket.create_connection((address, port), 10)
        self.socket.settimeout(0.2)
        self.raw, self.text = b"", ""

    def _option(self):
        """Take one command out of the raw bytes: refuse what is asked, but for echo and SGA."""
        if len(self.raw) < 3:
            return False
        verb, option = self.raw[1], self.raw[2]
        if verb == SB:
            end = self.raw.find(bytes((IAC, SE)))
            if end < 0:
                return False
            self.raw = self.raw[end + 2:]
            return True
        if verb in (WILL, DO):
            yes = DO if verb == WILL else WONT
            no = DONT if verb == WILL else WONT
            try:
                self.socket.sendall(bytes((IAC, yes if option in (1, 3) else no, option)))
            except (BrokenPipeError, ConnectionResetError):
                pass                    # it has spoken and gone: what it said is here
        self.raw = self.raw[3 if verb >= SB else 2:]
        return True

    def _pump(self):
        try:
            got = self.socket.recv(65536)
        except TimeoutError:
            return True
        self.raw += got
        while self.raw:
            at = self.raw.find(bytes((IAC,)))
            if at != 0:
                plain = self.raw if at < 0 else self.raw[:at]
                self.text += plain.decode("utf-8", "replace").replace("\r\n", "\n").replace("\0", "")
                self.raw = self.raw[len(plain):]
            elif not self._option():
                break
        return bool(got)

    def read_to(self, pattern, seconds=15):
        """What came up to and with the pattern (a regular expression)."""
        end = time.monotonic() + seconds
        while True:
            found = re.search(pattern, self.text)
            if found:
                said, self.text = self.text[:found.end()], self.text[found.end():]
                return said
            assert time.monotonic() < end, "no %r in %r" % (pattern, self.text[-1500:])
            assert self._pump(), "hung up: %r" % self.text[-1500:]

    def send(self, line):
        self.socket.sendall(line.encode() + b"\r\n")

    def type(self, line, pattern):
        """Send a line, and read its echo and its answer up to the pattern; the answer alone."""
        self.send(line)
        said = self.read_to(pattern)
        return said.split("\n", 1)[1] if "\n" in said else said

    def close(self):
        self.socket.close()
