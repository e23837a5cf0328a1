#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The seed, as it is typed: scenario A over telnet, in its own network with its own addresses.

The box is 10.72.86.86, the call manager 10.72.86.74 (a telephone that has a certificate of its own,
pasted into trustpoint CCM-cert-02), and 10.72.86.75 calls 1001 through the box.  TYPED is the text
of A.2 to A.5 line by line with the prompt that must follow it: the real one, where the source shows
(config)# after `end'.  {PEM} is a paste; what a dialog says is in SAID."""

import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
import box as b  # noqa: E402
from lab import BOX, Lab, play, talk  # noqa: E402
from telnet import Telnet  # noqa: E402

CUCM, CALLER, PORT = "10.72.86.74", "10.72.86.75", 2323
START = """hostname VG_yohur
enable secret hidden
interface GigabitEthernet0/0
 ip address 10.72.86.86 255.255.255.0
line vty 0 4
 password opensesame
 login
 transport input telnet
"""
EXEC, CONF, PEER = "#", "(config)#", "(config-dial-peer)#"
VOIP, TRUST, SIP, UA = ("(conf-voi-serv)#", "(cfg-iptrust-list)#", "(conf-serv-sip)#",
                        "(config-sip-ua)#")
TYPED = [
    # A.2
    ("conf t", CONF), ("crypto pki trustpoint CCM-cert-02", "(ca-trustpoint)#"),
    ("enrollment terminal", "(ca-trustpoint)#"), ("revocation-check none", "(ca-trustpoint)#"),
    ("end", EXEC), ("conf t", CONF), ("crypto pki authenticate CCM-cert-02", "{PEM}"),
    # A.4
    ("voice service voip", VOIP), ("ip address trusted list", TRUST),
    ("ipv4 10.72.86.0 255.255.255.0", TRUST), ("exit", VOIP), ("address-hiding", VOIP),
    ("mode border-element license capacity 225", VOIP), ("allow-connections sip to sip", VOIP),
    ("sip", SIP), ("bind control source-interface GigabitEthernet0/0", SIP),
    ("bind media source-interface GigabitEthernet0/0", SIP), ("exit", VOIP), ("exit", CONF),
    ("dial-peer voice 100 voip", PEER), ("session protocol sipv2", PEER),
    ("destination-pattern 1...", PEER), ("session target ipv4:10.72.86.74", PEER),
    ("no vad", PEER), ("dtmf-relay rtp-nte", PEER), ("codec g711ulaw", PEER), ("exit", CONF),
    ("dial-peer voice 200 voip", PEER), ("session protocol sipv2", PEER),
    ("incoming called .T", PEER), ("dtmf-relay rtp-nte", PEER), ("no vad", PEER),
    ("codec g711ulaw", PEER), ("exit", CONF),
    # A.5; tag 100 is typed again: it is edited
    ("dial-peer voice 100 voip", PEER), ("session transport tcp tls", PEER),
    ("session target ipv4:10.72.86.74:5061", PEER), ("vad", PEER), ("exit", CONF),
    ("dial-peer voice 200 voip", PEER), ("session transport tcp tls", PEER), ("vad", PEER),
    ("sip-ua", UA), ("crypto signaling default trustpoint sip-trunk-cert", UA),
    ("crypto signaling remote-addr 10.72.86.0 255.255.255.0 trustpoint sip-trunk-cert", UA),
    ("transport tcp tls", UA), ("voice service voip", VOIP), ("srtp", VOIP),
    ("srtp fallback", VOIP), ("sip", SIP), ("url sips", SIP), ("early-offer forced", SIP),
    ("exit", VOIP), ("exit", CONF), ("dial-peer voice 100 voip", PEER), ("srtp", PEER),
    ("srtp fallback", PEER), ("voice-class sip url sips", PEER), ("default srtp", PEER),
    ("no voice-class sip url sips", PEER), ("end", EXEC),
]
SAID = r"""
Enter the base 64 encoded CA certificate\.
End with a blank line or the word "quit" on a line by itself

(.*\n)*
Trustpoint 'CCM-cert-02' is a subordinate CA\.
but certificate is not a CA certificate\.
Manual verification required
Certificate has the following attributes:
 +Fingerprint MD5: ([0-9A-F]{8} ){4}
 +Fingerprint SHA1: ([0-9A-F]{8} ){5}
 +Fingerprint SHA256: ([0-9A-F]{8} ){8}

% Do you accept this certificate\? \[yes/no\]: yes
Trustpoint CA certificate accepted\.
% Certificate successfully imported
"""
EXPORTED = (r"% CA certificate:\n-----BEGIN CERTIFICATE-----\n(.*\n)+-----END CERTIFICATE-----\n\n"
            r"% General Purpose Certificate:\n"
            r"-----BEGIN CERTIFICATE-----\n(.*\n)+-----END CERTIFICATE-----\n")
# A.7, a handshake of TLS 1.2 with AES128-SHA as the debugs show it: the seed's words
HANDSHAKE = """opssl_SetPKIInfo entry
opssl_SetPKIInfo done.
Handshake start: before/accept initialization
SSL_accept:before/accept initialization
<<< TLS 1.2 Handshake [length {N}], ClientHello
SSL_accept:SSLv3 read client hello A
>>> TLS 1.2 Handshake [length {N}], ServerHello
SSL_accept:SSLv3 write server hello A
>>> TLS 1.2 Handshake [length {N}], Certificate
SSL_accept:SSLv3 write certificate A
>>> TLS 1.2 Handshake [length {N}], CertificateRequest
SSL_accept:SSLv3 write certificate request A
>>> TLS 1.2 Handshake [length 0004], ServerHelloDone
SSL_accept:SSLv3 flush data
<<< TLS 1.2 Handshake [length {N}], Certificate
SSL_accept:SSLv3 read client certificate A
<<< TLS 1.2 Handshake [length {N}], ClientKeyExchange
SSL_accept:SSLv3 read client key exchange A
<<< TLS 1.2 Handshake [length {N}], CertificateVerify
SSL_accept:SSLv3 read certificate verify A
<<< TLS 1.2 ChangeCipherSpec [length 0001]
<<< TLS 1.2 Handshake [length 0010], Finished
SSL_accept:SSLv3 read finished A
>>> TLS 1.2 ChangeCipherSpec [length 0001]
SSL_accept:SSLv3 write change cipher spec A
>>> TLS 1.2 Handshake [length 0010], Finished
SSL_accept:SSLv3 write finished A
Handshake done: SSL negotiation finished successfully
""".splitlines()
NEWER = ["<<< TLS 1.3 Handshake [length {N}], ClientHello", "SSL_accept:SSLv3/TLS read client hello",
         "SSL_accept:TLSv1.3 write encrypted extensions",
         ">>> TLS 1.3 Handshake [length {N}], CertificateVerify",
         "SSL_accept:TLSv1.3 write server certificate verify",
         "Handshake done: SSL negotiation finished successfully"]
CONNECTION = r"""Total active connections      : [12]
No\. of send failures          : 0
No\. of remote closures        : \d+
No\. of conn\. failures         : 0
No\. of inactive conn\. ageouts : 0
TLS client handshake failures : 0
TLS server handshake failures : 0

---------Printing Detailed Connection Report---------
Note:
 \*\* Tuples with no matching socket entry
    - Do 'clear sip <tcp\[tls\]/udp> conn t ipv4:<addr>:<port>'
      to overcome this error condition
 \+\+ Tuples with mismatched address/port entry
    - Do 'clear sip <tcp\[tls\]/udp> conn t ipv4:<addr>:<port> id <connid>'
      to overcome this error condition

(.*\n)*Remote-Agent:10\.72\.86\.74, Connections-Count:1
  Remote-Port Conn-Id Conn-State  WriteQ-Size Local-Address
  =========== ======= =========== =========== ===========
 {9}5061 +\d+ Established           0 10\.72\.86\.86
(.*\n)*
-------------- SIP Transport Layer Listen Sockets ---------------
  Conn-Id               Local-Address
 ===========    =============================
 +\d+ +\[10\.72\.86\.86\]:5061
"""


def must(pattern, text):
    assert re.search(pattern, text), "no %s\nin\n%s" % (pattern, text)


def prompt(mode):
    return re.escape("VG_yohur" + mode) + r"$"


class Seed:
    """The box, the telephones' certificates, and an operator who has logged in."""

    def __init__(self, lab):
        self.lab = lab
        self.root = b.CA(lab.dir, "Root CA")
        self.box = lab.the_box = b.Box(START, workers=lab.workers, build=lab.build,
                                       netns=lab.host(BOX), options=["--telnet", "%s:%d" % (BOX, PORT)])
        b.enroll(self.box, lab.ca, cn="VG_yohur")
        b.trust(self.box, self.root, "rootca-01")
        self.cucm = lab.identity("1001", ca=b.CA(lab.dir, "CUCM CA"), sans=[CUCM])
        self.caller = lab.identity("2002", ca=self.root, sans=[CALLER])
        self.typist = Telnet(BOX, PORT, lab.host(CALLER))
        must("User Access Verification", self.typist.read_to("Password: $"))
        self.typist.type("opensesame", r"VG_yohur>$")
        self.typist.type("enable", r"Password: $")
        self.typist.type("hidden", prompt(EXEC))
        self.typist.type("terminal length 0", prompt(EXEC))

    def paste(self):
        """A.2's paste at full speed, and the answer after its question."""
        self.typist.read_to("by itself\n\n")
        with open(self.cucm[0]) as f:
            self.typist.socket.sendall(f.read().replace("\n", "\r\n").encode() + b"\r\n")
        said = self.typist.read_to(r"\[yes/no\]: $")
        said += self.typist.type("yes", prompt(CONF)).replace("", "", 1)
        return said

    def type_all(self):
        for line, after in TYPED:
            if after == "{PEM}":
                self.typist.send(line)
                said = self.typist.text and ""
                said = "\nEnter the base 64 encoded CA certificate.\nEnd with a blank line or the word " \
                       "\"quit\" on a line by itself\n\n" + self.paste().replace(
                           "[yes/no]: ", "[yes/no]: yes\n")
                must(SAID, said)
                continue
            said = self.typist.type(line, prompt(after))
            assert "%" not in said, "%s: %s" % (line, said)

    def show(self, command):
        return self.typist.type(command, prompt(EXEC))

    def handshake(self, *how):
        """One handshake with the box as openssl makes it; the debug lines without hex and stamp."""
        cert = self.caller
        subprocess.run(self.lab.host(CALLER).inside(
            ["openssl", "s_client", "-connect", BOX + ":5061", "-quiet", "-no_ign_eof", "-cert",
             cert[0], "-key", cert[1]] + list(how)), input=b"", stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, timeout=20)
        said = self.typist.read_to(r"Handshake done: [^\n]*\n")
        return said

    def settings(self):
        """A.6: every line of the seed's configuration, in its order."""
        with open(os.path.join(b.TREE, "tests", "configs", "seed.cfg")) as f:
            wanted = [line.rstrip() for line in f if line.strip(" \n!")]
        shown = [line.rstrip() for line in self.show("show running-config").split("\n")]
        at = 0
        for line in wanted:
            assert line in shown[at:], "%r is not behind line %d of\n%s" % (line, at, "\n".join(shown))
            at = shown.index(line, at) + 1


def plain(said):
    """The debug lines themselves."""
    lines = [re.sub(r"^\*\w{3} +\d+ [\d:.]+: ", "", line) for line in said.split("\n")]
    return [line for line in lines if line.strip() and not re.match(r" {4}[0-9A-F]{2}( |$)", line)]


def agrees(expected, line):
    return re.fullmatch(re.escape(expected).replace(r"\{N\}", "[0-9A-F]{4}"), line)


def check_debugs(seed):
    """A.7: real bytes, real states, for TLS 1.2 in the seed's words and for 1.3 in OpenSSL's."""
    for command, answer in (("debug ssl openssl errors", "TLS errors debugging is on"),
                            ("debug ssl openssl msg", "TLS msg debugging is on"),
                            ("debug ssl openssl states", "TLS state debugging is on"),
                            ("terminal monitor", "")):
        must(answer, seed.show(command))
    said = seed.handshake("-tls1_2", "-cipher", "AES128-SHA")
    lines = plain(said)
    assert len(lines) == len(HANDSHAKE), "\n".join(lines)
    for expected, line in zip(HANDSHAKE, lines):
        assert agrees(expected, line), "%r is not %r" % (line, expected)
    must(r"(?m)^\*\w{3} [ \d]\d [\d:]{8}\.\d{3}:     01 00 00 [0-9A-F]{2}( [0-9A-F]{2}){12}$", said)
    must(r"(?m)^\*\w{3} [ \d]\d [\d:]{8}\.\d{3}:     01$", said)
    lines = plain(seed.handshake("-tls1_3"))
    for expected in NEWER:
        assert any(agrees(expected, line) for line in lines), "%s\nin\n%s" % (expected, "\n".join(lines))
    seed.typist.send("undebug all")
    seed.typist.read_to(r"All possible debugging has been turned off\n")
    seed.typist.read_to(prompt(EXEC))


def typed_and_called():
    with Lab(workers=2) as lab:
        seed = Seed(lab)
        seed.type_all()
        must(EXPORTED, seed.show("show privilege") and export(seed))
        seed.box.cli("configure terminal", "sip-ua",
                     "no crypto signaling remote-addr 10.72.86.0 255.255.255.0")
        seed.settings()
        said = seed.show("show crypto pki certificates verbose CCM-cert-02")
        must(r"^CA Certificate\n  Status: Available\n  Version: 3\n"
             r"  Certificate Serial Number \(hex\): [0-9A-F]+\n  Certificate Usage: General Purpose\n"
             r"  Issuer: \n(.*\n)+  Associated Trustpoints: CCM-cert-02 \n", said)
        call(lab, seed)
        check_debugs(seed)
        seed.typist.close()


def export(seed):
    seed.typist.type("conf t", prompt(CONF))
    said = seed.typist.type("crypto pki export sip-trunk-cert pem terminal", prompt(CONF))
    seed.typist.type("end", prompt(EXEC))
    return said


def call(lab, seed):
    """1001 at the call manager, from 10.72.86.75, over TLS with SRTP; then A.7's connections."""
    there = lab.phone(CUCM, "1001", 700, pem=seed.cucm[2], auto=True)
    here = lab.phone(CALLER, "2002", 1000, pem=seed.caller[2])
    here.dial(lab.uri("1001"))
    here.wait(b"Call established", 10)
    time.sleep(1)
    must(CONNECTION, seed.show("sh sip-ua connections tcp tls detail"))
    must(r"SRTP: on", seed.show("show call active voice brief"))
    talk(here, there)


if __name__ == "__main__":
    play("seed", [typed_and_called])
