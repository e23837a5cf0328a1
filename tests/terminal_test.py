#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way into the box, as operators and screen scrapers use it.

Run by door_test (shell/door_test.c), which is the box:
    terminal_test.py PARAPET SOCKET TELNET-PORT [NAME]
"""
import fcntl
import os
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import termios
import time

PARAPET, SOCKET, PORT = sys.argv[1], sys.argv[2], int(sys.argv[3])
USER, WORD, ENABLE = b"cisco", b"s3cret word", b"s3cret enable"
IAC, DONT, DO, WONT, WILL, SB, NOP, SE = 255, 254, 253, 252, 251, 250, 241, 240


class Seen(Exception):
    pass


def check(what, *seen):
    if not what:
        raise Seen("; ".join(repr(s)[-1500:] for s in seen))


def run(*args, data=None, stdin=subprocess.DEVNULL):
    """parapet ARGS: exit status, output, errors."""
    done = subprocess.run([PARAPET, "--socket", SOCKET, *args], input=data, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          **({} if data is not None else {"stdin": stdin}))
    return done.returncode, done.stdout, done.stderr


OPEN = []


class Stream:
    """What a terminal shows: text up to a pattern."""

    def __init__(self):
        self.buf = b""
        OPEN.append(self)

    def expect(self, pattern, timeout=15):
        end = time.time() + timeout
        while True:
            m = re.search(pattern, self.buf)
            if m:
                seen, self.buf = self.buf[:m.end()], self.buf[m.end():]
                return seen
            left = end - time.time()
            if left <= 0 or not select.select([self], [], [], left)[0]:
                raise Seen("no %r in %r" % (pattern, self.buf[-1500:]))
            got = self.receive()
            if not got:
                raise Seen("ended without %r: %r" % (pattern, self.buf[-1500:]))
            self.buf += got

    def quiet(self, seconds=0.3):
        """All that comes until nothing comes for a while."""
        while select.select([self], [], [], seconds)[0]:
            got = self.receive()
            if not got:
                break
            self.buf += got
        seen, self.buf = self.buf, b""
        return seen

    def ended(self, timeout=10):
        end = time.time() + timeout
        while time.time() < end:
            if select.select([self], [], [], 0.2)[0]:
                got = self.receive()
                if not got:
                    return True
                self.buf += got
        return False


class Keyboard(Stream):
    """parapet on a terminal of 80 columns."""

    def __init__(self, columns=80, command=(PARAPET, "--socket", SOCKET)):
        super().__init__()
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.was = termios.tcgetattr(slave)
        self.slave = slave
        self.process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave,
                                        start_new_session=True)

    def fileno(self):
        return self.master

    def receive(self):
        try:
            return os.read(self.master, 65536)
        except OSError:
            return b""

    def send(self, data):
        """Type at full speed, reading what is shown meanwhile, as a terminal does."""
        while data:
            r, w, _ = select.select([self.master], [self.master], [], 20)
            check(r or w, "stuck", data[:40])
            if r:
                self.buf += self.receive()
            if w:
                data = data[os.write(self.master, data[:512]):]

    def close(self):
        self.process.kill()
        self.process.wait()
        if self.slave >= 0:
            os.close(self.master)
            os.close(self.slave)
            self.slave = -1


class Telnet(Stream):
    """A raw socket, as scrapers have it; negotiation is kept apart."""

    def __init__(self):
        super().__init__()
        self.sock = socket.create_connection(("127.0.0.1", PORT))
        self.commands = []
        self.raw = b""

    def fileno(self):
        return self.sock.fileno()

    def receive(self):
        try:
            self.raw += self.sock.recv(65536)
        except ConnectionError:
            return b""
        out = bytearray()
        raw = self.raw
        if not raw:
            return b""
        while raw:
            if raw[0] != IAC:
                out.append(raw[0])
                raw = raw[1:]
            elif len(raw) >= 2 and raw[1] == IAC:
                out.append(IAC)
                raw = raw[2:]
            elif len(raw) >= 3:
                self.commands.append(tuple(raw[1:3]))
                raw = raw[3:]
            else:
                break
        self.raw = raw
        return bytes(out) or b"\0"[:0] or self.receive()

    def send(self, data):
        data = memoryview(data)
        self.sock.setblocking(False)
        while data:
            r, w, _ = select.select([self.sock], [self.sock], [], 20)
            check(r or w, "stuck")
            if r:
                self.buf += self.receive()
            if w:
                data = data[self.sock.send(data[:4096]):]
        self.sock.setblocking(True)

    def login(self, end=b"\r"):
        self.expect(rb"User Access Verification\r\n\r\nUsername: $")
        self.send(USER + end)
        seen = self.expect(rb"Password: $")
        check(seen == USER + b"\r\nPassword: ", seen)
        self.send(WORD + end)
        seen = self.expect(rb"Router>$")
        check(seen == b"\r\nRouter>", seen)

    def enable(self):
        self.send(b"enable\r")
        self.expect(rb"enable\r\nPassword: $")
        self.send(ENABLE + b"\r")
        check(self.expect(rb"Router#$") == b"\r\nRouter#", self.buf)

    def close(self):
        self.sock.close()


def users():
    return run("-c", "show users")[1].decode()


def wait_for_users(wanted):
    for _ in range(100):
        if users().count("\n") == wanted:
            return
        time.sleep(0.05)
    check(False, users())


# ---- lines that nobody types ------------------------------------------------------------------

def test_commands():
    check(os.stat(SOCKET).st_mode & 0o777 == 0o600)
    check(run("-c", "show big 2") == (0, b"0000000000\n0000000001\n", b""))
    rc, out, err = run("-c", "show big 1", "-c", "show nonsense", "-c", "show big 1")
    check(rc == 1 and out.count(b"0000000000") == 1 and b"% Invalid input" in out, rc, out, err)
    rc, out, err = run("-c", "configure terminal", "-c", "gain 5", "-c", "do show run")
    check(rc == 0 and b"gain 5" in out and b"Router#" not in out, rc, out, err)
    rc, out, err = run("-c", "exit", "-c", "show big 1")
    check((rc, out) == (0, b""), rc, out, err)
    rc, out, err = run("--socket", "/nonexistent", "-c", "exit")
    check(rc == 1 and b"/nonexistent" in err, rc, err)


PEM = b"".join(b"%064d\r\n" % n for n in range(100)) + b"quit\r\n"


def test_answers():
    start = ("-c", "configure terminal", "-c", "crypto pki authenticate x")
    rc, out, err = run(*start, "-c", "line 1", "-c", "line 2", "-c", "quit", "-c", "yes")
    check(rc == 0 and b"x: 2 lines" in out, rc, out, err)
    rc, out, err = run(*start, "-c", "quit", "-c", "no")
    check(rc == 1, rc, out, err)
    rc, out, err = run(*start, "-c", "quit")
    check(rc == 1 and b"Do you accept?" in err, rc, out, err)
    rc, out, err = run(*start, data=PEM + b"yes\n")
    check(rc == 0 and b"x: 100 lines" in out, rc, out, err)


def test_answers_at_keyboard():
    k = Keyboard(command=(PARAPET, "--socket", SOCKET, "-c", "configure terminal", "-c",
                          "crypto pki authenticate x", "-c", "quit"))
    k.expect(rb"Do you accept\? \[yes/no\]: $")
    k.send(b"yes\r")
    check(k.process.wait(5) == 0)
    k.close()


def test_files():
    with open("/tmp/terminal-test-%d" % os.getpid(), "w") as f:
        f.write("configure terminal\r\ngain 1\nsip-ua\n exit\ngain wrong\ngain 3\n")
    try:
        rc, out, err = run("-f", f.name)
        check(rc == 1 and err == b"%s:5: refused\n" % f.name.encode(), rc, out, err)
        rc, out, err = run("-c", "show run")
        check(b"gain 1\n" in out, out)
    finally:
        os.unlink(f.name)
    check(run("-f", "/nonexistent")[0] == 1)
    rc, out, err = run(data=b"conf t\ngain 7\nend\nshow run\n")
    check(rc == 0 and b"gain 7" in out and b"Router" in out, rc, out, err)
    rc, out, err = run(data=b"configure terminal\ngain 99\ngain 8\n")
    check(rc == 1 and b"line 2" in err, rc, out, err)
    lines = b"configure terminal\n" + b"".join(b"gain %d\n" % (n % 10) for n in range(5000))
    began = time.time()
    check(run(data=lines)[0] == 0)
    print("    5,000 lines piped: %.2f s" % (time.time() - began))


def test_many_bytes():
    rc, out, err = run("-c", "show big 100000 width 20")
    check(rc == 0 and len(out) == 2100000 and out.endswith(b"099999\n"), rc, len(out), err)
    rc, out, err = run("-c", "show big 3 width 100000")
    check(rc == 0 and len(out) == 300003, rc, len(out), err)


# ---- at a keyboard ----------------------------------------------------------------------------

def keyboard():
    k = Keyboard()
    check(k.expect(rb"Router>$") == b"Router>", k.buf)
    return k


def enabled():
    k = keyboard()
    k.send(b"enable\r")
    check(k.expect(rb"Password: $") == b"enable\r\nPassword: ")
    k.send(ENABLE + b"\r")
    check(k.expect(rb"Router#$") == b"\r\nRouter#")
    return k


def test_keyboard():
    k = enabled()
    k.send(b"\r\n\n")
    check(k.expect(rb"Router#\r\nRouter#$") == b"\r\nRouter#\r\nRouter#")
    k.send(b"show big 1\x08\x7f 2\r")
    k.expect(rb"0000000001\r\nRouter#$")
    k.send(b"conf t\r")
    seen = k.expect(rb"\(config\)#$")
    check(seen.endswith(b"conf t\r\nEnter configuration commands, one per line.  End with CNTL/Z."
                        b"\r\nRouter(config)#"), seen)
    k.send(b"\x1a")
    check(k.expect(rb"Router#$") == b"^Z\r\nRouter#")
    k.send(b"conf t\rsip-ua\r")
    k.expect(rb"\(config-sip-ua\)#$")
    k.send(b"half a line\x03")
    check(k.expect(rb"Router#$") == b"half a line\r\nRouter#")
    k.send(b"\x04\x04show screen\r")
    check(k.expect(rb"Router#$") == b"show screen\r\n24 rows, 80 columns\r\nRouter#")
    k.send(b"exit\r")
    check(k.process.wait(5) == 0)
    check(termios.tcgetattr(k.slave)[3] == k.was[3])
    k.close()


def test_help():
    k = enabled()
    k.send(b"show ?")
    seen = k.expect(rb"\r\n\r\nRouter#show $")
    check(seen.startswith(b"show ?\r\n  big "), seen)
    k.send(b"us\r")
    k.expect(rb"con0.*\r\nRouter#$")
    k.send(b"show big\x01\x06\x06?")
    seen = k.expect(rb"\r\n\r\nRouter#show big")
    check(b"sh?" in seen or b"show" in seen, seen)
    k.quiet()
    k.send(b"\x05 1\r")
    k.expect(rb"0000000000\r\nRouter#$")
    k.send(b"conf t\rhostname a\x16?b\r")
    check(b"hostname a?b\r\n" in k.expect(rb"\^[^^]*\(config\)#$"))
    k.send(b"\x1ash ru\t")
    seen = k.expect(rb"\r\nRouter#sh running-config $|\r\nRouter#show running-config $")
    k.send(b"\x15s\t")
    seen = k.expect(rb"s\r\nRouter#s$")
    k.close()


class Row:
    """What stands on the last row of a screen, and where the cursor is."""

    def __init__(self):
        self.text, self.at, self.widest = "", 0, 0

    def take(self, seen):
        for letter in seen.decode():
            if letter in "\r\n":
                self.text, self.at = self.text if letter == "\r" else "", 0
            elif letter == "\b":
                self.at -= 1
                check(self.at >= 0)
            else:
                self.text = self.text[:self.at] + letter + self.text[self.at + 1:]
                self.at += 1
                self.widest = max(self.widest, self.at)
        return self.text.rstrip(), self.at


def test_scrolled_line():
    """Where the screen has said its columns, a line is moved by ten characters, and `$' stands where there is more."""
    k, row = enabled(), Row()
    digits = "".join("%d" % (n % 10) for n in range(60))

    def typed(keys, *wanted, pace=4):
        for at in range(0, len(keys), pace):            # as fingers do; a program sends all of it at once
            k.send(keys[at:at + pace])
            time.sleep(0.01)
        got = row.take(k.quiet(0.15))
        check(got == wanted, keys, got, wanted)

    k.send(b"terminal width 40\r")
    k.expect(rb"Router#$")
    row.take(b"Router#")
    time.sleep(0.4)
    typed(digits[:31].encode(), "Router#" + digits[:31], 38)
    typed(b"1", "Router#$" + digits[11:32], 29)
    typed(digits[32:60].encode(), "Router#$" + digits[31:60], 37)
    typed(b"\x01", "Router#" + digits[:31] + "$", 7)
    typed(b"xy", "Router#xy" + digits[:29] + "$", 9)
    typed(b"\x08\x08", "Router#" + digits[:31] + "$", 7)
    typed(b"\x05", "Router#$" + digits[31:60], 37)
    typed(b"\x1bb", "Router#" + digits[:31] + "$", 7)
    typed(b"\x05\x08\x08" + "éé".encode(), "Router#$" + digits[31:58] + "éé", 37)
    typed(b"\x15", "Router#", 7)
    time.sleep(0.4)
    k.send(digits.encode())                             # in one piece: it comes back so, and is scrolled when it is edited
    check(k.quiet(0.15) == digits.encode())
    time.sleep(0.4)
    k.send(b"x")
    seen = k.quiet(0.15)
    check(seen == b"\r\nRouter#$" + digits[31:].encode() + b"x", seen)
    row.take(b"\r\nRouter#$" + digits[31:].encode() + b"x")
    typed(b"\x15" + b"show screen", "Router#show screen", 18)
    check(row.widest < 40, row.widest)
    typed(b"\r", "Router#", 7)
    k.send(b"x" * 50 + b"?\x15")
    k.quiet()
    k.send(b"terminal width 80\rshow ?")
    wide = k.expect(rb"\r\n\r\nRouter#show $")
    k.send(b"\x15terminal width 50\rshow ?")
    narrow = k.expect(rb"\r\n\r\nRouter#show $")
    check(narrow.count(b"\n") >= wide.count(b"\n"))
    k.close()


def test_wide_page():
    """A line that is wider than the screen counts for the rows that it takes."""
    k = enabled()
    k.send(b"terminal length 10\rterminal width 40\rshow big 9 width 41\r")
    seen = k.expect(rb" --More-- $")
    check(len(re.findall(rb"(?m)^0{39}", seen)) == 5, seen)
    k.send(b" ")
    k.expect(rb"Router#$")
    k.send(b"show big 9 width 40\r")
    check(b"More" not in k.expect(rb"Router#$"))
    k.close()


def test_long_line():
    """A line of 512 characters comes back whole to a program that has asked for width."""
    line = b"show " + bytes(97 + n % 26 for n in range(507))
    k = enabled()
    k.send(b"terminal width 511\r")
    k.expect(rb"Router#$")
    k.send(line)
    time.sleep(0.3)
    k.send(b"\r")
    seen = k.expect(rb"marker\.\r\n\r\nRouter#$")
    check(seen.startswith(line + b"\r\n"), seen)
    for byte in line:
        k.send(bytes([byte]))
    k.send(b"\r")
    seen = k.expect(rb"marker\.\r\n\r\nRouter#$")
    check(seen.startswith(line + b"\r\n"), seen)
    check(not re.search(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x80-\xff]", seen), seen)
    k.close()


def test_paste():
    k = enabled()
    k.send(b"configure terminal\r")
    k.expect(rb"\(config\)#$")
    lines = b"".join(b"hostname h%d\r" % n for n in range(10000))
    began = time.time()
    k.send(lines)
    seen = k.expect(rb"h9999\(config\)#$", 60)
    print("    10,000 lines pasted: %.2f s" % (time.time() - began))
    check(seen.count(b"\r\n") == 10000, seen.count(b"\r\n"))
    check(seen.startswith(b"hostname h0\r\nh0(config)#hostname h1\r\nh1(config)#"), seen[:200])
    k.send(b"hostname Router\r")
    k.expect(rb"Router\(config\)#$")
    k.send(b"crypto pki authenticate tp\r" + PEM + b"maybe\ryes\rgain 2\r")
    seen = k.expect(rb"gain 2\r\nRouter\(config\)#$")
    check(b"tp: 100 lines\r\n% Do you accept? [yes/no]: maybe\r\n% Please answer" in seen, seen)
    check(seen.count(b"\r\n") == 107, seen, seen.count(b"\r\n"))
    k.close()


def test_typed_ahead():
    k = enabled()
    k.send(b"work\rshow big 1\rx")
    k.expect(rb"work\r\n")
    k.send(b"\x03")
    seen = k.expect(rb"Router#$")
    check(seen.count(b"show big") == 0 and b"work is done" not in seen, seen)
    check(k.quiet() == b"", k.buf)
    k.send(b"show big 1000000\r")
    k.expect(rb"000020000\r\n")
    k.send(b"\x03")
    k.expect(rb"Router#$")
    k.send(b"show big 2\r")
    check(k.expect(rb"Router#$").endswith(b"0000000001\r\nRouter#"))
    k.close()


def test_history():
    k = enabled()
    k.send(b"show big 1\r")
    k.expect(rb"Router#$")
    k.send(b"\x10")
    check(k.expect(rb"show big 1$") == b"show big 1")
    k.send(b"\x1b[A\x1b[A\x1b[B\x082\r")
    k.expect(rb"0000000001\r\nRouter#$")
    k.close()


def test_pages():
    k = enabled()
    k.send(b"terminal length 10\rshow big 30\r")
    seen = k.expect(rb" --More-- $")
    check(seen.count(b"\r\n") == 11, seen)
    k.send(b" ")
    seen = k.expect(rb" --More-- $")
    check(seen.startswith(b"\x08" * 10 + b" " * 10 + b"\x08" * 10 + b"0000000009\r\n"), seen)
    check(seen.count(b"\r\n") == 9, seen)
    k.send(b"\r\n")
    seen = k.expect(rb" --More-- $")
    check(seen.count(b"\r\n") == 1, seen)
    k.send(b"q")
    seen = k.expect(rb"Router#$")
    check(seen.count(b"\r\n") == 0, seen)
    k.send(b"terminal length 0\rshow big 30\r")
    check(b"More" not in k.expect(rb"00029\r\nRouter#$"))
    k.close()


def test_news():
    k = enabled()
    k.send(b"terminal monitor\r")
    k.expect(rb"monitor\r\nRouter#$")
    k.send(b"show b")
    k.expect(rb"show b$")
    check(run("-c", "send log 2")[0] == 0)
    seen = k.expect(rb"message 1\r\n$")
    check(re.fullmatch(rb"\r\n\S.*%SYS-5-TEST: message 2\r\n.*: message 1\r\n", seen), seen)
    k.send(b"ig 1\r")
    check(k.expect(rb"Router#$") == b"ig 1\r\n0000000000\r\nRouter#")
    k.close()
    k = enabled()
    k.send(b"terminal monitor synchronous\r")
    k.expect(rb"Router#$")
    k.send(b"show b")
    k.expect(rb"show b$")
    check(run("-c", "send log 1")[0] == 0)
    check(k.expect(rb"message 1\r\nRouter#show b$"))
    k.close()


def test_console():
    """The box's own console: it follows the log, and it is there again after `exit`."""
    box = os.readlink("/proc/%d/exe" % os.getppid())
    k = Keyboard(command=(box, SOCKET + ".2", "127.0.0.1:0"))
    k.expect(rb"Router>$")
    k.send(b"send log 1\r")
    k.expect(rb": %SYS-5-TEST: message 1\r\n")
    k.quiet()
    k.send(b"exit\r")
    k.expect(rb"Router con0 is now available\r\n(\r\n)+Press RETURN to get started\.\r\n(\r\n)+$")
    k.send(b"show users\r")
    check(b"show" not in k.expect(rb"Router>$"))
    k.send(b"exit\r")
    k.expect(rb"get started\.")
    k.quiet()
    check(subprocess.run([PARAPET, "--socket", SOCKET + ".2", "-c", "send log 1"]).returncode == 0)
    k.expect(rb"message 1\r\n")
    k.process.terminate()
    check(k.process.wait(10) == -signal.SIGTERM)
    k.close()
    os.unlink(SOCKET + ".2")


# ---- by telnet --------------------------------------------------------------------------------

def test_telnet():
    t = Telnet()
    seen = t.expect(rb"Username: $")
    check(t.commands == [(WILL, 1), (WILL, 3), (DO, 31)], t.commands)
    check(seen == b"\r\nUser Access Verification\r\n\r\nUsername: ", seen)
    t.send(bytes([IAC, DO, 1, IAC, DO, 3, IAC, WILL, 31, IAC, SB, 31, 0, 132, 0, 50, IAC, SE]))
    t.send(b"cisco\r\0")
    check(t.expect(rb"Password: $") == b"cisco\r\nPassword: ")
    t.send(b"wrong\r\0")
    seen = t.expect(rb"Username: $")
    check(seen == b"\r\n% Login invalid\r\n\r\nUsername: ", seen)
    t.send(b"cisco\r\n")
    t.expect(rb"Password: $")
    t.send(WORD + b"\r\n")
    check(t.expect(rb"Router>$") == b"\r\nRouter>", t.buf)
    t.send(b"show screen\r")
    check(t.expect(rb"Router>$") == b"show screen\r\n50 rows, 132 columns\r\nRouter>")
    t.send(b"conf t\r")
    check(b"% Invalid" in t.expect(rb"Router>$"))
    t.enable()
    t.send(bytes([IAC, NOP, 0xff, 0xff, 0xf1, 0, 7]) + b"\r\0")
    check(t.expect(rb"Router#$") == b"\r\nRouter#")
    t.send("conf t\rhostname ü\x08x\r".encode())
    t.expect(rb"x\(config\)#$")
    t.send(b"hostname Router\rend\r")
    t.expect(rb"Router#$")
    t.send(bytes([IAC, 246]))
    t.expect(rb"\[Yes\]\r\n")
    t.send(b"work\r")
    t.expect(rb"work\r\n")
    t.send(bytes([IAC, 244]))
    t.expect(rb"Router#$")
    t.send(b"exit\r\n")
    check(t.ended(), t.buf)
    t.close()


def test_telnet_bad():
    t = Telnet()
    for _ in range(3):
        t.expect(rb"Username: $")
        t.send(b"cisco\r")
        t.expect(rb"Password: $")
        t.send(b"wrong\r")
    check(t.ended() and b"% Login invalid" in t.buf, t.buf)
    t.close()


def test_telnet_line_ends():
    for end in (b"\r", b"\n", b"\r\n", b"\r\0"):
        t = Telnet()
        t.login(end)
        t.send(end + b"show big 1" + end + end)
        seen = t.expect(rb"0000000000\r\nRouter>\r\nRouter>$")
        check(seen == b"\r\nRouter>show big 1\r\n0000000000\r\nRouter>\r\nRouter>", end, seen)
        check(t.quiet(0.1) == b"")
        t.close()


def test_telnet_paste():
    t = Telnet()
    t.login()
    t.enable()
    t.send(b"configure terminal\r\n")
    t.expect(rb"\(config\)#$")
    began = time.time()
    t.send(b"".join(b"hostname t%d\r\n" % n for n in range(10000)))
    seen = t.expect(rb"t9999\(config\)#$", 60)
    print("    5,000 lines by telnet: %.2f s" % (time.time() - began))
    check(seen.count(b"\r\n") == 10000, seen.count(b"\r\n"))
    t.send(b"hostname Router\r\ncrypto pki authenticate tp\r\n" + PEM + b"yes\r\n")
    seen = t.expect(rb"yes\r\nRouter\(config\)#$")
    check(b"tp: 100 lines\r\n" in seen, seen)
    t.send(b"end\r")
    t.expect(rb"Router#$")
    line = b"show " + bytes(97 + n % 26 for n in range(507))
    t.send(line + b"\r")
    check(t.expect(rb"marker\.\r\n\r\nRouter#$").startswith(line + b"\r\n"))
    t.send(b"show big 200000\r")
    seen = t.expect(rb"0000199999\r\nRouter#$", 60)
    check(len(seen) == 200000 * 12 + len(b"show big 200000\r\nRouter#"), len(seen))
    t.close()


def test_telnet_half_closed():
    t = Telnet()
    t.send(b"cisco\n" + WORD + b"\nshow big 3\nshow big 1\nunfinished")
    t.sock.shutdown(socket.SHUT_WR)
    check(t.ended(), t.buf)
    check(b"0000000002\r\nRouter>show big 1\r\n0000000000\r\nRouter>" in t.buf, t.buf)
    check(b"% " not in t.buf, t.buf)
    t.close()


def test_vtys():
    wait_for_users(1)
    there = [Telnet() for _ in range(5)]
    for t in there:
        t.login()
    seen = users()
    check(all("vty%d cisco 127.0.0.1" % n in seen for n in range(5)), seen)
    t = Telnet()
    check(t.ended() and b"refused" in t.buf, t.buf)
    check(run("-c", "clear line vty3")[0] == 0)
    check(there[3].ended())
    wait_for_users(5)
    t = Telnet()
    t.login()
    check("vty3" in users())
    for t in there + [t]:
        t.close()
    wait_for_users(1)


# ---- what goes wrong --------------------------------------------------------------------------

def login_processes():
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            line = open("/proc/%s/cmdline" % pid, "rb").read().split(b"\0")
            parent = int(open("/proc/%s/stat" % pid).read().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        if b"--login-fd" in line and parent == os.getppid():
            found.append(int(pid))
    return found


def test_login_process():
    t = Telnet()
    t.login()
    pid, = login_processes()
    status = open("/proc/%d/status" % pid).read()
    if os.getuid() == 0:
        check(re.search(r"Uid:\t65534\t65534\t65534\t65534\n", status), status)
        check(re.search(r"Gid:\t65534\t65534\t65534\t65534\n", status), status)
        check(re.search(r"Groups:\s*\n", status), status)
    check("NoNewPrivs:\t1" in status, status)
    links = {n: os.readlink("/proc/%d/fd/%s" % (pid, n)) for n in os.listdir("/proc/%d/fd" % pid)}
    sockets = [n for n, link in links.items() if link.startswith("socket:")]
    check(sorted(sockets) == ["3", "4"], links)
    check(all(re.match(r"socket:|/dev/(null|pts|ptmx)|anon_inode:.event", link)
              for link in links.values()), links)
    os.kill(pid, signal.SIGKILL)
    check(t.ended())
    wait_for_users(1)
    t.close()
    check(login_processes() == [])


def test_killed():
    k, other = enabled(), enabled()
    k.send(b"configure terminal\rcrypto pki authenticate tp\rhalf\r")
    k.expect(rb"half\r\n$")
    wait_for_users(3)
    k.process.kill()
    wait_for_users(2)
    other.send(b"show big 1\r")
    other.expect(rb"0000000000\r\nRouter#$")
    other.send(b"work\r")
    other.expect(rb"work\r\n$")
    other.process.kill()
    wait_for_users(1)
    k.close()
    other.close()


def test_slow_reader():
    stopped = [keyboard() for _ in range(2)]
    for k in stopped:
        k.send(b"show big 1000000\r")
    t = Telnet()
    t.login()
    t.sock.send(b"show big 1000000\r")
    time.sleep(0.5)
    began = time.time()
    check(run("-c", "configure terminal", "-c", "gain 4", "-c", "end", "-c", "show big 10")[0] == 0)
    check(time.time() - began < 2, time.time() - began)
    wait_for_users(4)
    for k in stopped:
        os.kill(k.process.pid, signal.SIGSTOP)
    check(run("-c", "clear line vty0")[0] == 0)
    wait_for_users(3)
    for k in stopped:
        k.close()
    wait_for_users(1)
    t.close()


def test_hostile():
    frames = [b"GET / HTTP/1.1\r\n\r\n", struct.pack(">IB", 0xffffffff, 3), b"\0" * 100,
              struct.pack(">IBBBHHI", 10, 1, 9, 0, 0, 0, 9),
              struct.pack(">IB", 4, 3) + b"exit"]
    hello = struct.pack(">IBBBHHI", 10, 1, 1, 2, 0, 0, 65536)
    frames += [hello + f for f in (struct.pack(">IB", 5, 6) + b"hello",
                                   struct.pack(">IB", 4, 3) + b"a\0bc",
                                   struct.pack(">IB", 4, 12) + b"abcd", os.urandom(5000))]
    for f in frames:
        s = socket.socket(socket.AF_UNIX)
        s.connect(SOCKET)
        s.settimeout(5)
        try:
            s.sendall(f)
            while s.recv(65536):
                pass
        except ConnectionError:
            pass
        s.close()
    for n in range(20):
        s = socket.create_connection(("127.0.0.1", PORT))
        s.sendall(os.urandom(20000) if n % 2 else
                  bytes(x for _ in range(5000) for x in (IAC, DO, n, IAC, WILL, n + 1)))
        s.close()
        wait_for_users(1)
    no_credit = socket.socket(socket.AF_UNIX)
    no_credit.connect(SOCKET)
    no_credit.sendall(struct.pack(">IBBBHHI", 10, 1, 1, 2, 0, 0, 0))
    no_credit.sendall(struct.pack(">IB", 11, 3) + b"show big 10")
    wait_for_users(2)
    no_credit.close()
    wait_for_users(1)


def main():
    names = sys.argv[4:] or [n for n in globals() if n.startswith("test_")]
    failed = 0
    for name in names:
        began = time.time()
        try:
            try:
                globals()[name]()
            finally:
                while OPEN:
                    OPEN.pop().close()
            print("  %s: passed (%.2f s)" % (name, time.time() - began))
        except (Seen, subprocess.SubprocessError, OSError, ValueError) as e:
            failed += 1
            print("  %s: FAILED: %r line %d: %s" % (name, type(e).__name__,
                                                    e.__traceback__.tb_next.tb_lineno, e))
        sys.stdout.flush()
    print("terminal: %d failed" % failed if failed else "terminal: passed")
    return failed != 0


sys.exit(main())
