# SPDX-License-Identifier: GPL-3.0-or-later
"""The box as a test starts it: own NVRAM, own socket, own network; asked through `parapet -c'.

Environment: PARAPET_BUILD (or PARAPET_RELEASE) names the build directory with both programs.  A test
calls own_network() first: its loopback is then nobody else's, whatever runs beside it."""

import ctypes
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
HERE = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.dirname(os.path.dirname(HERE))
SANITIZER = re.compile(r"ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|runtime error:|SUMMARY: \w+San")


def own_network():
    """Move this process, and all it starts, into a network of its own with a loopback."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        uid, gid = os.getuid(), os.getgid()
        if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "no network namespace: run the tests as root")
        for name, text in (("setgroups", "deny"), ("uid_map", "0 %d 1" % uid),
                           ("gid_map", "0 %d 1" % gid)):
            with open("/proc/self/" + name, "w") as f:
                f.write(text)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


def build_directory(release=False):
    names = ("PARAPET_RELEASE", "PARAPET_BUILD") if release else ("PARAPET_BUILD",)
    for name in names:
        if os.environ.get(name):
            return os.environ[name]
    sys.exit("PARAPET_BUILD names no build directory")


def wait_for(what, seconds, condition):
    """condition()'s first true value; an AssertionError that names `what' after `seconds'."""
    end = time.monotonic() + seconds
    while True:
        got = condition()
        if got:
            return got
        assert time.monotonic() < end, "%s: not within %g s" % (what, seconds)
        time.sleep(0.05)


class Refused(AssertionError):
    """The box refused a line."""


class Box:
    """One parapetd.  with Box(config) as box: ... box.cli("show version")"""

    def __init__(self, config="", workers=1, build=None, netns=None, options=(), env=None):
        self.build = build or build_directory()
        self.netns = netns
        self.dir = tempfile.mkdtemp(prefix="parapet-box-")
        self.nvram = os.path.join(self.dir, "nvram")
        self.socket = os.path.join(self.dir, "sock")
        self.process = None
        self.options = ["--nvram", self.nvram, "--socket", self.socket, "--workers", str(workers)]
        self.options += list(options)
        self.env = dict(os.environ, **(env or {}))
        os.mkdir(self.nvram, 0o700)
        with open(os.path.join(self.nvram, "startup-config"), "w") as f:
            f.write(config)
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is None:
            self.stop()
        else:
            self.abort()

    def _inside(self, command):
        return self.netns.inside(command) if self.netns else command

    def start(self):
        """Start it on the NVRAM that it has; returns when its socket answers."""
        with open(self.stderr_path(), "ab") as err:
            self.process = subprocess.Popen(
                self._inside([os.path.join(self.build, "parapetd")] + self.options),
                stdin=subprocess.DEVNULL, stdout=err, stderr=err, env=self.env)
        try:
            wait_for("the box answers", 20, self._answers)
        except AssertionError:
            self.abort()
            raise

    def _answers(self):
        assert self.process.poll() is None, "parapetd ended: " + self.stderr()
        return os.path.exists(self.socket) and self._parapet(["-c", "show privilege"]).returncode == 0

    def stderr_path(self):
        return os.path.join(self.dir, "stderr")

    def stderr(self):
        with open(self.stderr_path(), errors="replace") as f:
            return f.read()

    def _parapet(self, arguments, text=None, timeout=60):
        return subprocess.run(
            [os.path.join(self.build, "parapet"), "--socket", self.socket] + arguments,
            input=text, stdin=subprocess.DEVNULL if text is None else None, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout, env=self.env)

    def cli(self, *lines):
        """Type these lines in one privileged session; what came out.  Refused: one of them was."""
        arguments = [word for line in lines for word in ("-c", line)]
        done = self._parapet(arguments)
        if done.returncode != 0:
            raise Refused("%s: %s" % ("; ".join(lines), done.stdout))
        return done.stdout

    def refuses(self, *lines):
        """What came out of lines of which one has to be refused."""
        try:
            out = self.cli(*lines)
        except Refused as refusal:
            return str(refusal)
        raise AssertionError("not refused: %s: %s" % ("; ".join(lines), out))

    def type(self, text):
        """Pipe text (lines, pastes, answers) into a session, as an operator's script does."""
        return self._parapet([], text=text).stdout

    def configure(self, text):
        """Configuration lines, none of which may be refused."""
        lines = [line for line in text.splitlines() if line.strip()]
        return self.cli("configure terminal", *lines)

    def log(self):
        return self.cli("show logging")

    def wait_log(self, pattern, seconds=10):
        wait_for("log: " + pattern, seconds, lambda: re.search(pattern, self.log()))

    def alive(self):
        return self.process.poll() is None

    def _end(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode if self.process else None

    def stop(self, keep=False):
        """End it: it must end by itself, with status 0 and without a word of a sanitizer."""
        code, said = self._end(), self.stderr()
        if not keep:
            shutil.rmtree(self.dir, ignore_errors=True)
        assert not SANITIZER.search(said), "a sanitizer spoke:\n" + said[:6000]
        assert code == 0, "parapetd ended with %s: %s" % (code, said[-2000:])

    def abort(self):
        """A test has failed: say what the box said, and end it."""
        self._end()
        sys.stderr.write("--- the box said\n%s" % self.stderr()[-6000:])
        shutil.rmtree(self.dir, ignore_errors=True)


# ---- certificates ----------------------------------------------------------------------------


def openssl(*arguments, text=None):
    return subprocess.run(["openssl"] + list(arguments), input=text, text=True, check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout


class CA:
    """A certificate authority in a directory of its own."""

    def __init__(self, directory, name="Test CA", kind="rsa"):
        self.dir = os.path.join(directory, re.sub(r"\W", "-", name))
        os.makedirs(self.dir, exist_ok=True)
        self.key, self.pem = self._file("ca.key"), self._file("ca.pem")
        self._new_key(self.key, kind)
        openssl("req", "-x509", "-new", "-key", self.key, "-subj", "/O=Example/CN=" + name,
                "-days", "3650", "-sha256", "-out", self.pem,
                "-addext", "keyUsage=critical,keyCertSign,cRLSign")

    def _file(self, name):
        return os.path.join(self.dir, name)

    @staticmethod
    def _new_key(path, kind):
        if kind == "ec":
            openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path)
        else:
            openssl("genrsa", "-out", path, "2048")

    def text(self):
        with open(self.pem) as f:
            return f.read()

    def sign(self, request, name="signed", days=365, extensions="", start=None):
        """The certificate (PEM text) for a PKCS#10 request (PEM text); SANs are copied."""
        csr, pem, ext = (self._file(name + end) for end in (".csr", ".crt", ".ext"))
        with open(csr, "w") as f:
            f.write(request)
        with open(ext, "w") as f:
            f.write("basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature,keyEncipherment\n"
                    "extendedKeyUsage=serverAuth,clientAuth\n" + extensions)
        openssl("x509", "-req", "-in", csr, "-CA", self.pem, "-CAkey", self.key, "-CAcreateserial",
                "-days", str(days), "-sha256", "-extfile", ext, "-copy_extensions", "copy",
                "-out", pem)
        with open(pem) as f:
            return f.read()

    def identity(self, name, sans=(), kind="rsa", days=365):
        """(certificate file, key file, file with both) for a peer called `name'."""
        key, both, crt = (self._file(name + end) for end in (".key", ".pem", ".crt"))
        self._new_key(key, kind)
        alt = "".join(",%s:%s" % ("IP" if re.match(r"[\d.]+$", s) else "DNS", s) for s in sans)
        request = openssl("req", "-new", "-key", key, "-subj", "/O=Example/CN=" + name)
        self.sign(request, name, days, "subjectAltName=DNS:%s%s\n" % (name, alt))
        with open(both, "w") as out:
            for part in (crt, key):
                with open(part) as f:
                    out.write(f.read())
        return crt, key, both


TRUSTPOINT = """crypto pki trustpoint {name}
 enrollment terminal pem
 subject-name cn={cn},o=Example
 fqdn none
 serial-number none
 ip-address none
 revocation-check none
 rsakeypair {name}-key
"""
REQUEST = re.compile(r"-----BEGIN CERTIFICATE REQUEST-----.*?-----END CERTIFICATE REQUEST-----\n",
                     re.S)


def authenticate(box, trustpoint, pem):
    said = box.type("configure terminal\ncrypto pki authenticate %s\n%s\nquit\nyes\nend\n"
                    % (trustpoint, pem.strip()))
    assert "Certificate successfully imported" in said, said


def enroll(box, ca, trustpoint="sip-trunk-cert", cn="box.example.com"):
    """Give the box a key and a certificate of `ca' by its own dialogs; the certificate's text."""
    box.cli("configure terminal",
            "crypto key generate rsa label %s-key modulus 2048" % trustpoint,
            *TRUSTPOINT.format(name=trustpoint, cn=cn).splitlines())
    authenticate(box, trustpoint, ca.text())
    said = box.type("configure terminal\ncrypto pki enroll %s\nyes\nno\nend\n" % trustpoint)
    request = REQUEST.search(said)
    assert request, "no request in: " + said
    pem = ca.sign(request.group(0), trustpoint)
    said = box.type("configure terminal\ncrypto pki import %s certificate\n%s\nquit\nend\n"
                    % (trustpoint, pem.strip()))
    assert "successfully imported" in said, said
    return pem


def trust(box, ca, trustpoint):
    """A trustpoint that only says whom the box believes."""
    box.configure("crypto pki trustpoint %s\n enrollment terminal pem\n revocation-check none\n"
                  % trustpoint)
    authenticate(box, trustpoint, ca.text())


# ---- what is on the wire ---------------------------------------------------------------------


class Capture:
    """dumpcap on the loopback: with Capture(dir, "udp port 5060") as c: ...; c.fields("sip.Method")"""

    def __init__(self, directory, capture_filter, interface="lo", netns=None):
        self.path = os.path.join(directory, "capture-%d.pcapng" % time.monotonic_ns())
        command = ["dumpcap" if shutil.which("dumpcap") else "tshark", "-q", "-i", interface,
                   "-f", capture_filter, "-w", self.path]
        self.command = netns.inside(command) if netns else command

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for("the capture begins", 10, lambda: os.path.exists(self.path)
                 and os.path.getsize(self.path) > 0)
        time.sleep(0.3)
        return self

    def __exit__(self, *unused):
        time.sleep(0.3)
        self.process.send_signal(signal.SIGINT)
        self.process.wait(10)

    def fields(self, *names, display="", decode=()):
        """One list of strings per packet."""
        command = ["tshark", "-r", self.path, "-n", "-T", "fields", "-E", "separator=\t"]
        for rule in decode:
            command += ["-d", rule]
        for name in names:
            command += ["-e", name]
        if display:
            command += ["-Y", display]
        out = subprocess.run(command, text=True, check=True, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL).stdout
        return [line.split("\t") for line in out.splitlines()]
