#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Garbage, huge, torn and contradictory messages over UDP and TCP: 400 (or another refusal) or
silence, and the box lives, answers the next one, keeps no call and says nothing on its stderr.

malformed.py WORKERS"""

import os
import random
import re
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
import box as b  # noqa: E402

BOX, PEER = ("127.0.0.1", 5060), "127.0.0.2"
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
SDP = ("v=0\r\no=- 1 1 IN IP4 127.0.0.2\r\ns=-\r\nc=IN IP4 127.0.0.2\r\nt=0 0\r\n"
       "m=audio 6000 RTP/AVP 0\r\n")


def message(method="OPTIONS", number=1, body="", without=(), **changed):
    """A whole message; header=value changes one, without leaves some out."""
    headers = {"Via": "SIP/2.0/UDP 127.0.0.2:5060;branch=z9hG4bK%d" % number,
               "From": "<sip:x@127.0.0.2>;tag=%d" % number, "To": "<sip:1001@127.0.0.1>",
               "Call-ID": "%d@127.0.0.2" % number, "CSeq": "1 " + method,
               "Contact": "<sip:x@127.0.0.2:5060>", "Max-Forwards": "70"}
    if body:
        headers["Content-Type"] = "application/sdp"
    headers["Content-Length"] = str(len(body))
    start = changed.pop("start", "%s sip:1001@127.0.0.1 SIP/2.0" % method)
    for name, value in changed.items():
        headers[name.replace("_", "-")] = value
    lines = [start] + ["%s: %s" % item for item in headers.items() if item[0] not in without]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode("latin-1")


def cases():
    """(name, bytes, answers that are right; None: only silence)."""
    yield "nothing", b"", None
    yield "a byte", b"\0", None
    yield "blanks", b"\r\n \r\n \r\n\r\n", None
    yield "noise", bytes(random.Random(1).randrange(256) for _ in range(1400)), None
    yield "zeros", b"\0" * 1400, None
    yield "text", b"hello\r\n\r\n", None
    yield "another protocol", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", None
    yield "only a line", b"INVITE sip:1001@127.0.0.1 SIP/2.0\r\n\r\n", (b"400",)
    yield "no end", b"INVITE sip:1001@127.0.0.1 SIP/2.0", None
    for name in ("Via", "From", "To", "Call-ID", "CSeq"):
        yield "no " + name, message("INVITE", 100, SDP, without=(name,)), (b"400",)
        yield "empty " + name, message("INVITE", 101, SDP, **{name.replace("-", "_"): ""}), (b"400",)
        # a Call-ID is only compared: any bytes will do
        yield "broken " + name, message("INVITE", 102, SDP,
                                        **{name.replace("-", "_"): "<<\"\xff;;=,@"}), \
            (b"400", b"100") if name == "Call-ID" else (b"400",)
    yield "another version", message(number=90, start="OPTIONS sip:x@127.0.0.1 SIP/3.0"), (b"400", b"505")
    yield "no URI", message(number=91, start="OPTIONS  SIP/2.0"), (b"400",)
    yield "a strange scheme", message(number=92, start="OPTIONS tel:+1 SIP/2.0"), (b"416", b"400", b"404", b"200")
    yield "CSeq of another", message("OPTIONS", 110, CSeq="1 INVITE"), (b"400",)
    yield "CSeq too large", message("OPTIONS", 111, CSeq="99999999999 OPTIONS"), (b"400",)
    yield "an unknown method", message("XYZZY", 112), (b"405", b"501", b"481")
    yield "negative length", message("INVITE", 113, SDP, Content_Length="-1"), (b"400",)
    yield "length too large", message("INVITE", 114, SDP, Content_Length="5000"), (b"400",)
    yield "length no number", message("INVITE", 115, SDP, Content_Length="many"), (b"400",)
    yield "Max-Forwards too large", message("OPTIONS", 116, Max_Forwards="999999"), (b"400", b"200")
    yield "Max-Forwards no number", message("OPTIONS", 117, Max_Forwards="x"), (b"400", b"200", b"483")
    yield "broken body", message("INVITE", 118, "v=0\r\nm=audio"), (b"100", b"400", b"488")
    yield "not a body", message("INVITE", 119, "\0\1\2", Content_Type="application/sdp"), \
        (b"100", b"400", b"488")
    yield "another body", message("INVITE", 120, "x", Content_Type="text/plain"), (b"100", b"415")
    yield "a required extension", message("INVITE", 121, SDP, Require="xyzzy"), (b"100", b"420")
    yield "many Vias", message("OPTIONS", 122, Via=", ".join(
        ["SIP/2.0/UDP 127.0.0.2:5060;branch=z9hG4bK1"] * 200)), (b"200", b"400", b"483", b"513")
    yield "a huge header", message("OPTIONS", 123, Subject="x" * 60000), (b"200", b"400", b"513")
    yield "many headers", message("OPTIONS", 124, Subject="x\r\nX: y" * 5000), (b"200", b"400", b"513")
    yield "a reply to nothing", message(number=130, start="SIP/2.0 200 OK"), None
    for number in (-33, -31, 0, 99, 700, 2147483647):   # with a name that any worker takes for its own
        yield "status %d" % number, message(number=140, start="SIP/2.0 %d x" % number, Via=
                                            "SIP/2.0/UDP 127.0.0.2;branch=z9hG4bK00" + "A" * 16), None
    yield "many parameters", message("OPTIONS", 141, From="<sip:x@y>;tag=1" + ";a" * 30000), None
    yield "many short lines", message("OPTIONS", 142, Subject="x\r\na:" * 12000), None
    yield "a broken reply", message(number=131, start="SIP/2.0 9x9 No"), None


def next_udp(s, to=None):
    """The next answer (to this message, if it has a branch); nothing once the time is up."""
    branch = re.search(rb"branch=\w+", to or b"")
    try:
        while True:
            got = s.recv(65535)
            if not branch or re.search(re.escape(branch.group(0)) + rb"\b", got):
                return got
    except socket.timeout:
        return b""


def over_udp(box):
    """The faults: answers that are not right."""
    number, faults = 1000, []
    for name, text, right in cases():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.bind((PEER, 5060))
            s.settimeout(0.3)
            s.sendto(text, BOX)
            got = next_udp(s, text or b"branch=none")
            assert box.alive(), "%s ended the box: %s" % (name, box.stderr())
            if got:
                code = got.split(b" ")[1] if got.startswith(b"SIP/2.0 ") else got[:60]
                if not right or code not in right:
                    faults.append("%s: the answer is %r" % (name, got))
            number += 1
            s.settimeout(3)
            whole = message("OPTIONS", number)
            s.sendto(whole, BOX)
            assert next_udp(s, whole).startswith(b"SIP/2.0 200"), "after %s: no answer" % name
    return faults


def over_tcp(box):
    """The connection may be closed for it, the box may not."""
    streams = [(name, text.replace(b"/UDP", b"/TCP")) for name, text, _ in cases()]
    whole = message("OPTIONS", 2000).replace(b"/UDP", b"/TCP")
    streams += [("torn", whole[:100]), ("a hundred at once", whole * 100),
                ("endless header", b"OPTIONS sip:x@y SIP/2.0\r\nSubject: " + b"x" * 3000000),
                ("endless body", message("INVITE", 2001, Content_Length="2000000000")),
                ("pings", b"\r\n\r\n" * 1000)]
    for name, text in streams:
        with socket.socket() as s:
            s.bind((PEER, 0))
            s.settimeout(0.3)
            s.connect(BOX)
            try:
                s.sendall(text)
                s.recv(65535)
            except OSError:
                pass
        assert box.alive(), "%s by TCP ended the box: %s" % (name, box.stderr())
    # one byte at a time is a whole message too
    with socket.socket() as s:
        s.bind((PEER, 0))
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        s.settimeout(5)
        s.connect(BOX)
        for i in range(len(whole)):
            s.sendall(whole[i:i + 1])
        assert b"SIP/2.0 200" in s.recv(65535), "torn into bytes, it gets no answer"


def mutations(box, rounds=3000):
    """A good INVITE with bytes changed, cut out and repeated."""
    chance, good = random.Random(7), message("INVITE", 3000, SDP)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind((PEER, 5060))
        s.setblocking(False)
        for n in range(rounds):
            text = bytearray(good.replace(b"3000", b"%d" % (4000 + n)))
            for _ in range(chance.randrange(1, 6)):
                at = chance.randrange(len(text))
                how = chance.randrange(3)
                if how == 0:
                    text[at] = chance.randrange(256)
                elif how == 1:
                    del text[at:at + chance.randrange(1, 20)]
                else:
                    text[at:at] = text[at:at + chance.randrange(1, 40)] * chance.randrange(1, 4)
            s.sendto(bytes(text), BOX)
            try:
                while True:
                    s.recv(65535)
            except BlockingIOError:
                pass
    assert box.alive(), box.stderr()


def main():
    b.own_network()
    with b.Box(CONFIG, workers=int(sys.argv[1])) as box:
        faults = over_udp(box)
        over_tcp(box)
        mutations(box)
        box.cli("show version")
        assert not faults, "\n".join(faults)
        assert not box.stderr(), "the box spoke on its stderr: " + box.stderr()[:2000]
    print("malformed: the box lives")


main()
