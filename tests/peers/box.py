# SPDX-License-Identifier: GPL-3.0-or-later
"""The box as a test's peer: parapetd with an NVRAM of its own, and what a call test needs around it.

Box starts and stops parapetd and types into it through parapet; CA makes certificates and enrolls
the box through its own dialogs; sipp() runs a scenario and counts; Capture is tshark on an
interface; Net makes network namespaces.  Everything cleans up after itself."""

import os
import re
import shutil
import subprocess
import tempfile
import time

BUILD = os.environ.get("PARAPET_BUILD", "build-test")
RELEASE = os.environ.get("PARAPET_RELEASE", "build")


def run(*command, text=None, check=True):
    """stdout of a command; its stderr in the failure."""
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=120)
    assert not check or done.returncode == 0, "%r: %s%s" % (command, done.stdout, done.stderr)
    return done.stdout


class Lab:
    """A directory for one test, and everything that must be stopped when it ends."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="parapet-test-")
        os.chmod(self.dir, 0o755)
        self.open = []

    def keep(self, thing):
        self.open.append(thing)
        return thing

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        failure = None
        for thing in reversed(self.open):
            try:
                thing.stop()
            except Exception as error:        # the first one is told when all are stopped
                failure = failure or error
        shutil.rmtree(self.dir, ignore_errors=True)
        if failure and not kind:
            raise failure


class Box:
    def __init__(self, lab, config, workers=2, release=False, netns=None, telnet=None, name="box"):
        self.build = os.path.abspath(RELEASE if release else BUILD)
        self.dir = os.path.join(lab.dir, name)
        self.netns = ["ip", "netns", "exec", netns] if netns else []
        self.socket = os.path.join(self.dir, "socket")
        self.nvram = os.path.join(self.dir, "nvram")
        os.makedirs(self.nvram, 0o700, exist_ok=True)
        self.config = os.path.join(self.dir, "config")
        with open(self.config, "w") as f:
            f.write(config)
        self.args = ["--nvram", self.nvram, "--startup", self.config, "--socket", self.socket,
                     "--workers", str(workers)] + (["--telnet", telnet] if telnet else [])
        self.start()
        lab.keep(self)

    def start(self):
        self.err = open(os.path.join(self.dir, "err"), "a")
        self.process = subprocess.Popen(self.netns + [os.path.join(self.build, "parapetd")] + self.args,
                                        stdout=self.err, stderr=self.err, stdin=subprocess.DEVNULL)
        deadline = time.time() + 30
        while "Version" not in self.cli("show version", check=False):
            assert self.process.poll() is None, "parapetd ended: " + self.errors()
            assert time.time() < deadline, "parapetd does not answer: " + self.errors()
            time.sleep(0.1)

    def pid(self):
        return self.process.pid

    def errors(self):
        with open(os.path.join(self.dir, "err")) as f:
            return f.read()

    def cli(self, *lines, check=True):
        """Type the lines in one privileged session; what it said.  check: none may be refused."""
        command = [os.path.join(self.build, "parapet"), "--socket", self.socket]
        for line in lines:
            command += ["-c", line]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60,
                              stdin=subprocess.DEVNULL)
        assert not check or done.returncode == 0, "%r: %s%s" % (lines, done.stdout, done.stderr)
        return done.stdout

    def configure(self, text):
        return self.cli("configure terminal", *[x for x in text.split("\n") if x.strip()])

    def until(self, command, pattern, seconds=10):
        """Ask until the answer matches; the match."""
        deadline = time.time() + seconds
        while True:
            said = self.cli(command)
            found = re.search(pattern, said, re.M)
            if found:
                return found
            assert time.time() < deadline, "%s: no %r in\n%s" % (command, pattern, said)
            time.sleep(0.1)

    def alive(self):
        return self.process.poll() is None

    def stop(self):
        if self.alive():
            self.process.terminate()
        try:
            status = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        self.err.close()
        said = self.errors()
        assert status == 0, "parapetd ended with %s: %s" % (status, said[-4000:])
        assert "Sanitizer" not in said and "runtime error" not in said, said[-4000:]


class CA:
    """A certificate authority of the test, made with the openssl program."""

    def __init__(self, lab, name="Test CA"):
        self.dir = os.path.join(lab.dir, name.replace(" ", "-"))
        os.makedirs(self.dir)
        self.key, self.crt = self.path("ca.key"), self.path("ca.crt")
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.key, "-out",
            self.crt, "-days", "3650", "-subj", "/CN=" + name, "-addext",
            "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=keyCertSign,cRLSign")

    def path(self, name):
        return os.path.join(self.dir, name)

    def pem(self):
        with open(self.crt) as f:
            return f.read()

    def sign(self, csr, san="DNS:parapet.example.com", days=3650):
        """The PEM of a certificate for a request's PEM."""
        req, out, ext = self.path("one.csr"), self.path("one.crt"), self.path("one.ext")
        with open(req, "w") as f:
            f.write(csr)
        with open(ext, "w") as f:
            f.write("subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\n"
                    "keyUsage=digitalSignature,keyEncipherment\n" % san)
        run("openssl", "x509", "-req", "-in", req, "-CA", self.crt, "-CAkey", self.key,
            "-CAcreateserial", "-days", str(days), "-extfile", ext, "-out", out)
        with open(out) as f:
            return f.read()

    def issue(self, name, san):
        """A key and certificate for a peer; the path of a PEM file with both."""
        key, csr, pem = self.path(name + ".key"), self.path(name + ".csr"), self.path(name + ".pem")
        run("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", csr, "-subj",
            "/CN=" + name)
        with open(csr) as f:
            crt = self.sign(f.read(), san)
        with open(key) as k, open(pem, "w") as f:
            f.write(crt + k.read())
        return pem

    def enroll(self, box, trustpoint, label="lab-key", subject="cn=parapet.example.com"):
        """The whole dialog of A.2 and A.3: key, CA pasted, request, signed certificate pasted."""
        box.cli("configure terminal",
                "crypto key generate rsa general-keys label %s modulus 2048" % label,
                "crypto pki trustpoint " + trustpoint, "enrollment terminal pem",
                "subject-name " + subject, "fqdn none", "serial-number none", "ip-address none",
                "revocation-check none", "rsakeypair " + label, "exit")
        box.cli("configure terminal", "crypto pki authenticate " + trustpoint,
                *self.pem().rstrip("\n").split("\n"), "quit", "yes")
        said = box.cli("configure terminal", "crypto pki enroll " + trustpoint, "yes", "no")
        csr = re.search("-----BEGIN CERTIFICATE REQUEST-----.*?-----END CERTIFICATE REQUEST-----\n",
                        said, re.S)
        assert csr, said
        crt = self.sign(csr.group(0))
        said = box.cli("configure terminal", "crypto pki import %s certificate" % trustpoint,
                       *crt.rstrip("\n").split("\n"), "quit")
        assert "successfully imported" in said, said


class Net:
    """Hosts in network namespaces on one bridge: Net(lab, {"box": "10.72.86.86/24", ...})."""

    def __init__(self, lab, hosts):
        tag = "pp%d" % (os.getpid() % 100000)
        self.names = {host: "%s-%s" % (tag, host) for host in hosts}
        self.switch = tag + "-sw"
        run("ip", "netns", "add", self.switch)
        lab.keep(self)
        self.on(self.switch, "ip", "link", "add", "br0", "type", "bridge")
        self.on(self.switch, "ip", "link", "set", "br0", "up")
        for host, address in hosts.items():
            self.add(host, address)

    def on(self, name, *command):
        return run("ip", "netns", "exec", name, *command)

    def add(self, host, address):
        name = self.names[host]
        port = "p-" + host
        run("ip", "netns", "add", name)
        self.on(self.switch, "ip", "link", "add", port, "type", "veth", "peer", "name", "eth0",
                "netns", name)
        self.on(self.switch, "ip", "link", "set", port, "master", "br0", "up")
        self.on(name, "ip", "address", "add", address, "dev", "eth0")
        self.on(name, "ip", "link", "set", "eth0", "up")
        self.on(name, "ip", "link", "set", "lo", "up")

    def stop(self):
        for name in list(self.names.values()) + [self.switch]:
            run("ip", "netns", "del", name, check=False)


class Capture:
    """tshark on an interface; fields() reads what it saw when it is stopped."""

    def __init__(self, lab, interface="lo", only="udp or tcp", netns=None):
        self.file = os.path.join(lab.dir, "capture-%d.pcap" % len(lab.open))
        prefix = ["ip", "netns", "exec", netns] if netns else []
        self.process = subprocess.Popen(prefix + ["tshark", "-q", "-i", interface, "-f", only, "-w",
                                                  self.file], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True)
        while "Capturing" not in self.process.stderr.readline():
            assert self.process.poll() is None, "tshark does not start"
        time.sleep(0.5)
        lab.keep(self)

    def stop(self):
        if self.process.poll() is None:
            time.sleep(0.5)
            self.process.terminate()
            self.process.wait(20)
            self.process.stderr.close()

    def fields(self, show, *fields, decode=()):
        """One row per packet that `show` (a display filter) takes: its fields as text."""
        self.stop()
        command = ["tshark", "-r", self.file, "-Y", show, "-T", "fields", "-E", "separator=|"]
        for d in decode:
            command += ["-d", d]
        for f in fields:
            command += ["-e", f]
        return [line.split("|") for line in run(*command).splitlines()]

    def bytes(self):
        self.stop()
        with open(self.file, "rb") as f:
            return f.read()


class Sipp:
    """One sipp with a scenario (XML text, or the name of a built-in one)."""

    def __init__(self, lab, scenario, ip, port, *args, target=None, netns=None):
        self.dir = tempfile.mkdtemp(prefix="sipp-", dir=lab.dir)
        command = ["ip", "netns", "exec", netns] if netns else []
        command += ["sipp", "-nostdin", "-i", ip, "-p", str(port), "-trace_stat", "-stf",
                    self.path("stat.csv"), "-fd", "1", "-trace_err", "-error_file",
                    self.path("error.log"), "-trace_msg", "-message_file", self.path("message.log")]
        if "<" in scenario:
            with open(self.path("scenario.xml"), "w") as f:
                f.write(scenario)
            command += ["-sf", self.path("scenario.xml")]
        else:
            command += ["-sn", scenario]
        self.process = subprocess.Popen(command + list(args) + ([target] if target else []),
                                        cwd=self.dir, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.3)
        lab.keep(self)

    def path(self, name):
        return os.path.join(self.dir, name)

    def text(self, name):
        try:
            with open(self.path(name), errors="replace") as f:
                return f.read()
        except FileNotFoundError:
            return ""

    def counts(self):
        """The last row of its statistics, by column name."""
        rows = [line.split(";") for line in self.text("stat.csv").splitlines() if line]
        return dict(zip(rows[0], rows[-1])) if len(rows) > 1 else {}

    def done(self, seconds=30):
        """Wait for its end and demand success."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            status = "still running"
        assert status == 0, "sipp: %s\n%s\n%s" % (status, self.text("error.log")[-2000:],
                                                  self.text("message.log")[-6000:])
        return self

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
