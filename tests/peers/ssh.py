# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenSSH's client, as a terminal (Ssh) and for one command (command())."""

import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import fcntl
import time

OPTIONS = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
           "-F", "none", "-o", "IdentitiesOnly=yes"]


def client(user, port, *more, host="127.0.0.1"):
    return ["ssh", "-p", str(port), *more, *OPTIONS, "%s@%s" % (user, host)]


def command(user, password, port, line, *more, text=None, timeout=30):
    """One command: (exit status, what came out, what ssh itself said)."""
    with_password = ["sshpass", "-p", password] if password is not None else []
    done = subprocess.run(with_password + client(user, port, *more) + [line], input=text, text=True,
                          stdin=subprocess.DEVNULL if text is None else None, capture_output=True,
                          timeout=timeout)
    return done.returncode, done.stdout.replace("\r\n", "\n"), done.stderr


class Ssh:
    """A login at a terminal of 24 by 80, or so."""

    def __init__(self, user, port, *more, rows=24, columns=80):
        self.text = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvp("ssh", client(user, port, *more))
        self.resize(rows, columns)

    def resize(self, rows, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def send(self, line, end="\r"):
        os.write(self.fd, (line + end).encode())

    def read_to(self, pattern, seconds=15):
        """Everything up to the match of `pattern'; it is taken."""
        until = time.monotonic() + seconds
        while True:
            plain = self.text.replace("\r\n", "\n").replace("\r", "")
            if re.search(pattern, plain):
                self.text = ""
                return plain
            left = until - time.monotonic()
            assert left > 0, "%s: did not come within %d s; %r" % (pattern, seconds, plain)
            if select.select([self.fd], [], [], left)[0]:
                try:
                    bytes_ = os.read(self.fd, 65536)
                except OSError:
                    bytes_ = b""
                assert bytes_, "%s: the connection ended; %r" % (pattern, plain)
                self.text += bytes_.decode(errors="replace")

    def type(self, line, pattern):
        self.send(line)
        return self.read_to(pattern)

    def log_in(self, password, prompt, seconds=15):
        self.read_to("assword: $", seconds)
        self.send(password)
        return self.read_to(prompt, seconds)

    def ended(self, seconds=10):
        """The exit status of the client, which has to end by itself."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if select.select([self.fd], [], [], 0.1)[0]:
                try:
                    self.text += os.read(self.fd, 65536).decode(errors="replace")
                except OSError:
                    pass
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                os.close(self.fd)
                return os.waitstatus_to_exitcode(status)
        raise AssertionError("the client has not ended: %r" % self.text)

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)
