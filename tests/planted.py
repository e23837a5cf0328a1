#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets are planted in a box that works: key pairs, passwords, passphrases, SRTP keys.  Then they are looked for in
all that it says and leaves: every show that there is, the log and syslog, debugs, archives, captures, files, its
processes; and no process leaves a core.  planted.py [NAME...]"""

import os
import pty
import re
import resource
import secrets as random
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
from base64 import b64encode

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import box as b  # noqa: E402
import trustpoints as tp  # noqa: E402
from lab import no_calls, play  # noqa: E402
from pki_server import Room  # noqa: E402
from secretly import Secret, found  # noqa: E402
from telnet import Telnet  # noqa: E402

WORDS = {name: "planted-%s-%s" % (name.replace(" ", "-"), random.token_hex(6)) for name in (
    "enable secret", "user secret", "line password", "community", "passphrase of a file", "passphrase of a key",
    "master key", "challenge", "http password", "ntp key")}
SHOWN = ("line password", "community", "http password", "ntp key")     # as IOS has it: type 0 is printed
CONFIG = """hostname edge1
ip domain name example.com
enable secret {enable secret}
username admin privilege 15 secret {user secret}
logging buffered 16000000 debugging
logging host 127.0.0.9
logging trap debugging
snmp-server community {community} RO
ip http client password {http password}
ntp authentication-key 1 md5 {ntp key}
archive
 path flash:saved
 log config
  logging enable
  notify syslog
interface Loopback0
 ip address 127.0.0.1 255.0.0.0
voice service voip
 ip address trusted list
  ipv4 127.0.0.0 255.0.0.0
 allow-connections sip to sip
 sip
  bind control source-interface Loopback0
voice class tls-profile 1
 trustpoint rsa
dial-peer voice 100 voip
 destination-pattern 98..
 session protocol sipv2
 session target ipv4:127.0.0.1:5061
 session transport tcp tls
 incoming called-number 98..
 voice-class sip tls-profile 1
 srtp
 codec g711ulaw
dial-peer voice 200 voip
 preference 2
 destination-pattern 98..
 session protocol sipv2
 session target loopback:rtp
 codec g711ulaw
sip-ua
 crypto signaling default trustpoint edge
 transport tcp tls
crypto pki trustpoint TP
 enrollment url http://127.0.0.1:80
 serial-number none
 ip-address none
 subject-name cn=edge9.example.com,o=Example
 revocation-check none
 rsakeypair enrolled 2048
line vty 0 4
 password {line password}
 login
 transport input telnet
""".format(**WORDS)


# ---- every show ------------------------------------------------------------------------------------------------

VALUES = {"NAME": ("edge", "rsa", "TP", "CAP"), "A.B.C.D": ("127.0.0.1",), "LINE": ("x",), "PORT": ("5061",),
          "WORD": ("CAP", "9898", "nvram:startup-config", "flash:saved-1", "admin", "127.0.0.1")}
TOKEN = re.compile(r"[{}|]|\[|\]\*?|[^\s{}|\[\]]+")


class Syntax:
    """The forms of a line of docs/commands.md: each alternative once, each option with and without."""

    def __init__(self, text):
        self.tokens = TOKEN.findall(text)

    def sequence(self):
        forms = [()]
        while self.tokens and self.tokens[0] not in ("|", "}", "]", "]*"):
            more = self.item()
            forms = [a + c for a in forms for c in more]
        return forms

    def choice(self):
        forms = self.sequence()
        while self.tokens and self.tokens[0] == "|":
            self.tokens.pop(0)
            forms += self.sequence()
        return forms

    def item(self):
        word = self.tokens.pop(0)
        if word in "{[":
            forms = self.choice()
            if self.tokens.pop(0) == "]*":              # two of them, in this order
                forms += [a + c for a in forms for c in forms if a != c]
            return forms + ([()] if word == "[" else [])
        if word.startswith("<"):
            return [(word[1:].split("-")[0],)]
        return [(value,) for value in VALUES.get(word, (word,))]


def forms_of(row):
    return {" ".join(form) for form in Syntax(row).sequence()}


def shows(box):
    """Every show that the program has a row of."""
    made = subprocess.run([os.path.join(box.build, "parapetd"), "--reference"], stdout=subprocess.PIPE, text=True,
                          check=True).stdout
    rows = re.findall(r"(?m)^- `((?:do )?show .*?)`", re.split(r"(?m)^## ", made)[1])
    assert len(rows) > 60, rows
    lines = sorted(set().union(*(forms_of(row) for row in rows)))
    for needed in ("show tech-support", "show running-config all", "show crypto key mypubkey all", "show call active voice",
                   "show archive log config all", "show crypto pki certificates pem edge", "show monitor capture CAP buffer"):
        assert any(line.startswith(needed) for line in lines), needed
    return lines


CONFIGURATION = re.compile(r"show (running|startup)-config|show archive config|more |show configuration|write terminal")


# ---- what is done with them ------------------------------------------------------------------------------------

class Syslog:
    """All that is sent to a syslog server."""

    def __init__(self):
        self.socket, self.heard = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), []
        self.socket.bind(("127.0.0.9", 514))
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            self.heard.append(self.socket.recv(65535))


class Talk:
    """A caller over TLS with SRTP keys of its own; it learns those of the box."""

    def __init__(self, identity):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.load_cert_chain(identity[0], identity[1])
        self.socket = context.wrap_socket(socket.create_connection(("127.0.0.1", 5061), 10))
        self.port, self.call = self.socket.getsockname()[1], random.token_hex(8)
        self.key, self.cseq, self.to = b64encode(random.token_bytes(30)).decode(), 0, "<sip:9898@127.0.0.1>"

    def send(self, method, body="", cseq=None):
        self.cseq = cseq or self.cseq + 1
        more = "Contact: <sip:1000@127.0.0.1:%d;transport=tls>\r\n" % self.port
        more += "Content-Type: application/sdp\r\n" if body else ""
        self.socket.sendall((
            "%s sip:9898@127.0.0.1:5061;transport=tls SIP/2.0\r\nVia: SIP/2.0/TLS 127.0.0.1:%d;branch=z9hG4bK%s\r\n"
            "From: <sip:1000@127.0.0.1>;tag=%s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %d %s\r\nMax-Forwards: 70\r\n%s"
            "Content-Length: %d\r\n\r\n%s" % (method, self.port, random.token_hex(8), self.call, self.to, self.call,
                                              self.cseq, method, more, len(body), body)).encode())

    def until(self, pattern):
        said = ""
        while not re.search(pattern, said, re.S):
            more = self.socket.recv(65536).decode()
            assert more, "hung up: " + said
            said += more
        return said

    def begin(self):
        """The keys of both sides, as they stand in a=crypto."""
        self.send("INVITE", "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                  "m=audio 40000 RTP/SAVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
                  "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:%s\r\n" % self.key)
        said = self.until(r"SIP/2.0 [2-6]\d\d.*a=crypto[^\n]*\n|SIP/2.0 [3-6]")
        assert "SIP/2.0 200" in said, said
        self.to = re.search(r"(?m)^To: (.*?)\r?$", said[said.index("SIP/2.0 200"):]).group(1)
        self.send("ACK", cseq=self.cseq)
        return self.key, re.search(r"a=crypto:1 \S+ inline:([A-Za-z0-9+/=]+)", said).group(1)

    def end(self):
        self.send("BYE")
        self.until(r"SIP/2.0 200 OK.*CSeq: \d+ BYE")
        self.socket.close()


def plant(box, work):
    """Key pairs and their passphrases; what was typed and answered, and the secrets."""
    ca = b.CA(work, "Planted CA")
    cert, key, _ = ca.identity("rsa.example.com")
    phone = ca.identity("phone.example.com")
    encrypted = b.openssl("pkey", "-in", key, "-aes128", "-passout", "pass:" + WORDS["passphrase of a file"])
    said = tp.import_p12(box)
    with open(cert) as f:
        said += box.type("configure terminal\ncrypto pki import rsa pem terminal password %s\n%squit\n%squit\n%squit\nend\n"
                         % (WORDS["passphrase of a file"], ca.text(), encrypted, f.read()))
    assert "PEM files import succeeded" in said, said
    said += box.type("configure terminal\ncrypto pki trustpoint rsa\n revocation-check none\n exit\n"
                     "crypto key encrypt write rsa name rsa passphrase %s\n"
                     "password encryption aes\nkey config-key password-encrypt\n%s\n%s\nend\nwrite memory\n"
                     % (WORDS["passphrase of a key"], WORDS["master key"], WORDS["master key"]))
    return said, phone, [("the RSA key", key), ("the EC key", os.path.join(tp.FILES, "leaf.key"))]


def use(box):
    """Enrollment with a challenge, a call over the box's own trunk, a file that is copied."""
    said = box.type("configure terminal\ncrypto pki authenticate TP\nyes\ncrypto pki enroll TP\n%s\n%s\nyes\nend\n"
                    % (WORDS["challenge"], WORDS["challenge"]))
    box.wait_log(r"%PKI-6-CERTRET: Certificate received")
    box.type("configure terminal\nusername more secret %s\nip ftp password %s\nline vty 0 4\n password %s\nend\n"
             % (WORDS["user secret"], WORDS["http password"], WORDS["line password"]))
    said += box.type("csim start 9898 duration 1\ntest sip-ua tls 127.0.0.1:5061\ncrypto pki validate rsa\n"
                     "archive config\nwrite memory\n")
    assert "failed = 0" in said, said
    return said


def look(secrets, where, said, configuration=False):
    names = found(secrets, said if isinstance(said, bytes) else said.encode(), configuration)
    assert not names, "%s is in %s:\n%s" % (", ".join(names), where, said[:4000])


def type_all(box, lines):
    """What comes out of these lines, whether they are refused or not."""
    said = b""
    while lines:
        more = subprocess.run([os.path.join(box.build, "parapet"), "--socket", box.socket], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=120, check=False,
                              input="".join(line + "\n" for line in lines + ["show privilege"]).encode()).stdout
        stopped = re.search(rb"parapet: line (\d+): refused\n$", more)
        assert stopped or more.endswith(b"Current privilege level is 15\n"), more[-2000:]
        lines, said = lines[int(stopped.group(1)):] if stopped else [], said + more
    return said


def look_at_shows(box, secrets, lines):
    """All at once; where something is found, one after the other."""
    for shown in (False, True):
        some = [line for line in lines if bool(CONFIGURATION.match(line)) == shown]
        said = type_all(box, some)
        for line in some if found(secrets, said, shown) else ():
            look(secrets, line, type_all(box, [line]), shown)
        look(secrets, "shows", said, shown)


def look_at_files(box, secrets):
    """What is in the NVRAM, and `more' of it: a key pair is sealed there, and only the master key opens it."""
    lines = []
    for path, text in tp.files_of(box):
        name = os.path.relpath(path, box.nvram)
        if name != "master-key":
            look(secrets, name, text, configuration=True)
        lines += ["more nvram:" + name, "more flash:" + re.sub("^flash/", "", name), "more flash:../" + name,
                  "more nvram:../" + name, "more nvram:/../" + name]
    look_at_shows(box, secrets, lines)
    assert any("startup-config" in line for line in lines) and any(".key" in line for line in lines), lines


def look_at_processes(box, secrets):
    for pid in [box.process.pid] + children(box.process.pid):
        for name in ("cmdline", "environ", "comm"):
            with open("/proc/%d/%s" % (pid, name), "rb") as f:
                look(secrets, "/proc/%d/%s" % (pid, name), f.read())


def children(pid):
    """Of all its threads; one that ends meanwhile has none."""
    of = []
    for task in os.listdir("/proc/%d/task" % pid):
        try:
            with open("/proc/%d/task/%s/children" % (pid, task)) as f:
                of += [int(word) for word in f.read().split()]
        except (FileNotFoundError, ProcessLookupError):
            pass
    return of


def search_finds(secrets, paths):
    """What is there is found: else the whole search would prove nothing."""
    for s in secrets:
        for form in s.forms:
            assert found([s], b"before " + form + b" after") == [s.name], (s.name, form)
    for name, path in paths:                            # as other programs write it
        for how in (("pkcs8", "-topk8", "-nocrypt"), ("pkey", "-traditional"), ("pkey", "-noout", "-text")):
            assert name in found(secrets, b.openssl(how[0], "-in", path, *how[1:]).encode()), (name, how)


def everywhere():
    """The keys are used, and are nowhere."""
    with tempfile.TemporaryDirectory() as work, Room("grant auto") as ca:
        syslog = Syslog()
        with b.Capture(work, "", "lo") as wire, b.Box(CONFIG) as box:
            said, phone, keys = plant(box, work)
            lines = shows(box)
            said += box.type("debug all\nyes\nmonitor capture CAP interface Loopback0 both match any buffer size 5\n"
                             "monitor capture CAP start\n")
            assert "SSL" in box.cli("show debugging") and "Status : Active" in box.cli("show monitor capture CAP")
            said += use(box)
            talk = Talk(phone)
            inline = talk.begin()
            secrets = [Secret.key(*key) for key in keys]
            secrets += [Secret.inline(whose + " SRTP key", key) for whose, key in zip(("the caller's", "our"), inline)]
            secrets += [Secret.text(name, word, name in SHOWN) for name, word in WORDS.items()]
            search_finds(secrets, keys)
            assert "line password" in found(secrets, box.cli("show running-config").encode())
            look_at_shows(box, secrets, lines)          # with a call under way
            look_at_processes(box, secrets)
            talk.end()
            no_calls(box)
            said += box.type("monitor capture CAP stop\nmonitor capture CAP export flash:cap.pcap\n"
                             "crypto pki export rsa pem terminal aes password other-words-1\n"
                             "show tech-support | redirect flash:tech.txt\nshow tech-support\n")
            look_at_shows(box, secrets, lines)
            look_at_files(box, secrets)
            look(secrets, "what was said", said)
            look(secrets, "stderr", box.stderr())
            look(secrets, "the CA's log", ca.box.log() + ca.box.cli("show tech-support") + ca.box.stderr())
        assert len(syslog.heard) > 100, syslog.heard
        look(secrets, "syslog", b"\n".join(syslog.heard))
        with open(wire.path, "rb") as f:
            taken = f.read()
        assert b"/cgi-bin/pkiclient.exe" in taken or b"operation=PKIOperation" in taken, "no enrollment on the wire"
        look(secrets, "the wire", taken)


# ---- cores -----------------------------------------------------------------------------------------------------

def abort(pid):
    """SIGABRT, from us to a child of ours: has it left a core?"""
    os.kill(pid, signal.SIGABRT)
    status = os.waitpid(pid, 0)[1]
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGABRT, status
    return os.WCOREDUMP(status)


def closed_up(pid):
    """It may leave none, and nobody of its uid may look into it: its /proc belongs to root."""
    with open("/proc/%d/limits" % pid) as f:
        assert re.search(r"(?m)^Max core file size +0 +0 ", f.read()), pid
    with open("/proc/%d/status" % pid) as f:
        uid = int(re.search(r"(?m)^Uid:\s+(\d+)", f.read()).group(1))
    assert uid == 0 or os.stat("/proc/%d/limits" % pid).st_uid != uid, "pid %d can be looked into" % pid


def machine_dumps():
    """Does a program that does not mind leave a core here?  Where its pattern names no file of this directory: unknown."""
    with open("/proc/sys/kernel/core_pattern") as f:
        if f.read()[0] in "/|":
            return None
    dumped = abort(subprocess.Popen(["sleep", "60"]).pid)
    for name in os.listdir("."):
        os.unlink(name)
    return dumped


def no_core(where, dumped):
    assert not dumped and not os.listdir("."), "%s left a core: %s" % (where, os.listdir("."))


def terminal(box):
    """The terminal of the console: what is pasted into it passes through it."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(os.path.join(box.build, "parapet"), ["parapet", "--socket", box.socket])
    tp.read_for(fd, "edge1>")
    return pid, fd


def cores():
    """Whatever ends them, with `ulimit -c unlimited' around them."""
    here = os.getcwd()
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        try:
            if not machine_dumps():
                print("planted: this machine leaves no core of anybody; what forbids one is looked at all the same")
            box = b.Box(CONFIG, build=b.build_directory(release=True), options=("--telnet", "127.0.0.1:2323"))
            pid, fd = terminal(box)
            closed_up(pid)
            no_core("the terminal", abort(pid))
            os.close(fd)
            line = Telnet("127.0.0.1", 2323)
            line.read_to("Password:")
            login = children(box.process.pid)
            assert len(login) == 1, login
            closed_up(login[0])
            os.kill(login[0], signal.SIGABRT)
            b.wait_for("the login is over", 10, lambda: not children(box.process.pid))
            no_core("a login", [name for name in os.listdir("/") if name.startswith("core")])
            closed_up(box.process.pid)
            no_core("parapetd", abort(box.process.pid))
            box.process.returncode = -signal.SIGABRT
        finally:
            os.chdir(here)
        shutil.rmtree(box.dir)


if __name__ == "__main__":
    play("planted", [everywhere, cores])
