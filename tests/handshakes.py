#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`show sip-ua tls handshake-failures' whole and to the column: real handshakes that fail, each for its reason,
against tests/handshakes/NAME.txt; and the counters of `show sip-ua connections' agree.  handshakes.py [NAME...]"""

import os
import re
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers"))
import box as b  # noqa: E402
import broken_pki as broken  # noqa: E402
from golden import compare  # noqa: E402
from lab import number, play  # noqa: E402
from pki import Forge  # noqa: E402

GOLDEN = os.path.join(b.TREE, "tests", "handshakes")
LIST = "show sip-ua tls handshake-failures"
PEER = """dial-peer voice 100 voip
 destination-pattern 1...
 session protocol sipv2
 session target ipv4:127.0.0.2:15061
 session transport tcp tls
 codec g711ulaw
"""


class Room:
    """A box, the CA that it trusts, and one that it does not."""

    def __init__(self, work, box):
        self.box, self.forge = box, Forge(work)
        self.root = self.forge.ca("Root CA")
        self.nobody = self.forge.ca("Nobody")
        self.good = self.forge.make("good.example.com", self.root)
        self.named = self.forge.make("sbc1", self.root, extensions=broken.san("DNS:sbc1.carrier.example.com"))
        self.ours = b.CA(work, "Our CA")
        b.enroll(box, self.ours, "edge")
        self.hard = self.forge.ca("Hard CA")
        for name, ca, check in (("root", self.root, "none"), ("hard", self.hard, "crl")):
            box.configure("crypto pki trustpoint %s\n enrollment terminal pem\n revocation-check %s\n" % (name, check))
            b.authenticate(box, name, ca.pem)
        self.failed, self.called = 0, 0

    def counters(self):
        said = self.box.cli("show sip-ua connections tcp tls brief")
        return number(r"TLS client handshake failures +: (\d+)", said), number(
            r"TLS server handshake failures +: (\d+)", said)

    def counted(self):
        return sum(self.counters())

    def failure(self, name):
        """One more has failed: its page is as it has to be."""
        self.failed += 1
        b.wait_for("it is counted: " + name, 10, lambda: self.counted() == self.failed)
        compare(os.path.join(GOLDEN, name + ".txt"), self.box.cli(LIST + " last 1 detail"))

    def calls(self, name, chain=(), at="127.0.0.1", options=()):
        """openssl's client calls the box."""
        command = ["openssl", "s_client", "-connect", "127.0.0.1:5061", "-bind", at + ":0", "-quiet"] + list(options)
        command += broken.identity_options(self.forge, chain) if chain else []
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as client:
            try:
                self.failure(name)
            finally:
                client.stdin.close()
                client.kill()

    def is_called(self, name, chain, options):
        """The box calls openssl's server, by its dial-peer."""
        command = ["openssl", "s_server", "-accept", "127.0.0.2:15061", "-quiet"] + list(options)
        with subprocess.Popen(command + broken.identity_options(self.forge, chain), stdin=subprocess.PIPE,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            try:
                b.wait_for("it listens", 10, lambda: b"15061" in subprocess.run(
                    ["ss", "-tlnH"], stdout=subprocess.PIPE, check=True).stdout)
                self.box.type("csim start 1000 duration 1\n")
                self.called += 1
                self.failure(name)
            finally:
                server.stdin.close()
                server.kill()


def clients(room):
    """Who calls us and is refused, or refuses us."""
    forge, root = room.forge, room.root
    expired_ca = forge.ca("Expired CA", root, start="20200101000000Z", end="20210101000000Z")
    middle = forge.ca("Issuing CA 2", forge.ca("Issuing CA 1", root))
    url = "crlDistributionPoints=URI:http://127.0.0.1:%d/%s.crl"
    taken = forge.make("taken.example.com", room.hard, extensions=broken.leaf(url % (broken.WEB, "hard")))
    asked = forge.make("asked.example.com", room.hard, extensions=broken.leaf(url % (broken.DEAD, "dead")))
    forge.crl(os.path.join(forge.dir, "hard.crl"), room.hard, [(taken, "keyCompromise")])
    web = broken.Web(forge.dir)
    try:
        room.calls("expired", [forge.make("leaf.example.com", expired_ca), expired_ca])
        room.calls("wrong-ca", [forge.make("strange.example.com", room.nobody)])
        room.calls("missing-intermediate", [forge.make("deep.example.com", middle)])
        room.calls("name-mismatch", [forge.make("other", root, extensions=broken.san("DNS:other.example.com"))],
                   at="127.0.0.2")
        room.calls("revoked", [taken])
    finally:
        web.kill()
    room.calls("cannot-ask", [asked])
    room.calls("server-only", [forge.make("s.example.com", root, extensions=broken.leaf(eku="serverAuth"))])
    room.calls("weak-key", [forge.make("small.example.com", root, kind="rsa:1024")], options=["-cipher", "ALL@SECLEVEL=0"])
    room.calls("rejects-ours", [room.good], options=["-verify_return_error", "-no-CApath", "-no-CAstore", "-CAfile",
                                                     room.nobody.path, "-verify", "5"])
    room.calls("no-common-suite", [room.good], options=["-tls1_2", "-cipher", "ECDHE-RSA-AES256-SHA384", "-servername",
                                                        "edge1.example.com"])
    room.calls("no-common-version", [room.good], options=["-tls1_1", "-cipher", "AES128-SHA@SECLEVEL=0"])
    room.calls("version-has-ended", [room.good], at="127.0.0.6", options=["-tls1_1", "-cipher", "AES128-SHA@SECLEVEL=0"])
    room.calls("no-certificate")
    room.box.configure("voice class tls-profile 3\n compatibility tls-1.0\nsip-ua\n transport tcp tls v1.0\n")
    room.calls("old-for-all", [room.good], options=["-tls1", "-cipher", "AES128-SHA@SECLEVEL=0"])
    room.calls("newer-only", [room.good], at="127.0.0.4", options=["-tls1_2"])
    room.box.configure("voice class tls-profile 3\n no compatibility tls-1.0\nsip-ua\n transport tcp tls\n")
    with socket.create_connection(("127.0.0.1", 5061)) as plain:
        plain.sendall(b"OPTIONS sip:edge1 SIP/2.0\r\n\r\n")
        room.failure("plain-sip")


def servers(room):
    """Whom we call, and refuse, or who refuses us."""
    forge, root = room.forge, room.root
    room.box.configure(PEER)
    ask = ["-Verify", "5", "-verify_return_error", "-no-CApath", "-no-CAstore", "-CAfile"]
    room.is_called("server-wrong-ca", [forge.make("strange.example.com", room.nobody)], ask + [room.ours.pem])
    room.is_called("server-name-mismatch", [forge.make("other", root, extensions=broken.san("DNS:other.example.com"))],
                   ask + [room.ours.pem])
    room.is_called("server-rejects-ours", [room.named], ask + [room.nobody.path])
    room.is_called("server-rejects-ours-12", [room.named], ask + [room.nobody.path, "-tls1_2"])
    room.is_called("server-no-common-version", [room.named], ["-tls1_1", "-cipher", "ALL@SECLEVEL=0"])
    room.is_called("server-no-common-suite", [room.named], ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-SHA384"])


def lists(room):
    """What was kept, without detail, by number and by peer."""
    for name, more in (("list", ""), ("list-last", " last 2"), ("list-peer", " peer 127.0.0.2")):
        compare(os.path.join(GOLDEN, name + ".txt"), room.box.cli(LIST + more))
    for name in ("crls", "counters", "sessions", "usage"):
        compare(os.path.join(GOLDEN, "pki-%s.txt" % name), room.box.cli("show crypto pki " + name))
    said = room.box.cli(LIST)
    assert room.counters() == (room.called, room.failed - room.called), room.counters()
    assert len(re.findall(r"(?m)^\d+\. ", said)) == room.failed == number(r"(?m)^Kept : (\d+)", said), said
    assert len(re.findall(r"(?m)^\d+\. .*, we called ", said)) == room.called, said
    assert "Kept : %d" % room.failed in said


def pages():
    """Every failure's page."""
    with tempfile.TemporaryDirectory() as work, b.Box(broken.CONFIG) as box:
        room = Room(work, box)
        clients(room)
        servers(room)
        lists(room)


if __name__ == "__main__":
    play("handshakes", [pages])
