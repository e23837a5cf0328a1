#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is not trusted gets no answer, over UDP and over TCP, and is counted; who is trusted gets one.

127.0.0.2 is in the trusted list, 127.0.0.3 is a session target (trusted by that), 127.0.0.9 is a
stranger."""

import os
import re
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
import box as b  # noqa: E402

BOX = ("127.0.0.1", 5060)
CONFIG = """hostname box
interface Loopback0
 ip address 127.0.0.1 255.0.0.0
voice service voip
 ip address trusted list
  ipv4 127.0.0.2 255.255.255.255
 allow-connections sip to sip
 sip
  bind control source-interface Loopback0
  bind media source-interface Loopback0
dial-peer voice 100 voip
 destination-pattern 1...
 session protocol sipv2
 session target ipv4:127.0.0.3:5060
 codec g711ulaw
"""


def message(method, ip, port, transport, number):
    return ("%s sip:1001@127.0.0.1 SIP/2.0\r\n"
            "Via: SIP/2.0/%s %s:%d;branch=z9hG4bK-%d;rport\r\n"
            "From: <sip:x@%s>;tag=%d\r\nTo: <sip:1001@127.0.0.1>\r\nCall-ID: %d@%s\r\n"
            "CSeq: 1 %s\r\nContact: <sip:x@%s:%d>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
            % (method, transport, ip, port, number, ip, number, number, ip, method, ip, port)).encode()


def udp(ip, method, number, seconds):
    """What comes back first, or nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind((ip, 5060))
        s.settimeout(seconds)
        s.sendto(message(method, ip, 5060, "UDP", number), BOX)
        try:
            return s.recv(65535)
        except socket.timeout:
            return b""


def tcp(ip, method, number, seconds):
    with socket.socket() as s:
        s.bind((ip, 0))
        s.settimeout(seconds)
        try:
            s.connect(BOX)
            s.sendall(message(method, ip, s.getsockname()[1], "TCP", number))
            return s.recv(65535)
        except OSError:
            return b""


def counted(box):
    """How many the box says that it has discarded."""
    text = box.cli("show ip address trusted list")
    found = re.search(r"[Dd]iscarded[^\n\d]*(\d+)", text) or re.search(r"(\d+)[^\n]*discarded", text)
    assert found, "no counter of what was discarded in:\n" + text
    return int(found.group(1))


def main():
    b.own_network()
    with b.Box(CONFIG) as box:
        before = counted(box)
        for way in (udp, tcp):
            assert b"SIP/2.0 200" in way("127.0.0.2", "OPTIONS", 1, 3), "the trusted get no answer"
            assert b"SIP/2.0 200" in way("127.0.0.3", "OPTIONS", 2, 3), "a target gets no answer"
        assert counted(box) == before, "who is trusted was counted"
        for n, method in enumerate(("OPTIONS", "INVITE", "REGISTER", "BYE", "XYZZY")):
            got = udp("127.0.0.9", method, 10 + n, 0.7)
            assert got == b"", "a stranger's %s got an answer: %r" % (method, got)
        got = tcp("127.0.0.9", "OPTIONS", 20, 0.7)
        assert got == b"", "a stranger got an answer by TCP: %r" % got
        more = counted(box) - before
        assert more >= 6, "6 were discarded, %d are counted" % more
        seen = box.cli("show ip address trusted list")
        assert re.search(r" UDP +5 +127\.0\.0\.9\n", seen), seen
        assert re.search(r" TCP +1 +127\.0\.0\.9\n", seen), seen
        box.wait_log(r"%SIP-4-UNTRUSTED: What came from 127\.0\.0\.9 \(UDP\) was discarded: the address")
        assert len(re.findall("SIP-4-UNTRUSTED", box.log())) == 1, box.log()   # the rest is quiet
        assert "Total call-legs: 0" in box.cli("show call active voice brief")
        # trusted from now on: the same address is answered
        box.configure("voice service voip\n ip address trusted list\n  ipv4 127.0.0.9\n")
        assert b"SIP/2.0 200" in udp("127.0.0.9", "OPTIONS", 30, 3), "trusted now, and no answer"
        box.configure("voice service voip\n ip address trusted list\n  no ipv4 127.0.0.9\n")
        assert udp("127.0.0.9", "OPTIONS", 31, 0.7) == b"", "trusted no more, and an answer"
        box.configure("voice service voip\n no ip address trusted authenticate\n")
        assert b"SIP/2.0 200" in udp("127.0.0.9", "OPTIONS", 32, 3), "all are trusted, no answer"
    print("stranger: no answer, and counted")


main()
