#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS connections and configuration under calls that are up: one connection to a peer for many
calls; cleared during a call, it is opened anew for the BYE; a new certificate of ours and a changed
dial-peer leave a call alone and hold for the next one."""

import os
import re
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
import box as b  # noqa: E402
from end import Call, End, header, sdp  # noqa: E402
from lab import (BOX, PHONE_A, PHONE_B, PHONE_C, Lab, caller, hang_up_and_listen, no_calls, peer,  # noqa: E402
                 play)

SHOW = "show sip-ua connections tcp tls detail"


def to_peer(box):
    """The connections of ours to PHONE_B's port: their ids."""
    said = box.cli(SHOW)
    part = re.search(r"Remote-Agent:%s,.*?\n\n" % re.escape(PHONE_B), said, re.S)
    return re.findall(r"(?m)^ +5061 +(\d+) Established", part.group(0)) if part else []


def set_up(lab):
    box = lab.box(peer(100, "2...", PHONE_B, srtp="srtp") + caller(200, srtp="srtp"))
    a = lab.phone(PHONE_A, "1000", 1000)
    c = lab.phone(PHONE_B, "2000", 700, auto=True)
    return box, a, c


def one_for_all():
    """Three calls after and beside each other go over one connection, whichever worker they are on."""
    for workers in (1, 3):
        with Lab(workers=workers) as lab:
            box, a, c = set_up(lab)
            for _ in range(3):
                a.dial(lab.uri("2000"))
                time.sleep(0.7)
            b.wait_for("three calls", 5, lambda: "SIP call-legs: 6" in
                       box.cli("show call active voice brief"))
            assert len(to_peer(box)) == 1, box.cli(SHOW)
            for _ in range(3):
                a.command("hangup")
                time.sleep(0.3)
            no_calls(box)
            assert len(to_peer(box)) == 1, box.cli(SHOW)


def cleared():
    with Lab() as lab:
        box, a, c = set_up(lab)
        a.dial(lab.uri("2000"))
        a.wait(b"Call established", 5)
        time.sleep(1)
        before = to_peer(box)
        box.cli("clear sip-ua tcp tls connection id " + before[0])
        b.wait_for("the connection is closed", 5, lambda: to_peer(box) != before)
        time.sleep(1)
        assert "SIP call-legs: 2" in box.cli("show call active voice brief")
        hang_up_and_listen(a, c)                    # the tone came all the time
        no_calls(box)
        assert b"terminated" in c.text(), "the BYE did not reach the called side"


def new_certificate():
    with Lab() as lab:
        box, a, c = set_up(lab)
        a.dial(lab.uri("2000"))
        a.wait(b"Call established", 5)
        old = box.cli("show crypto pki certificates sip-trunk-cert")
        box.type("configure terminal\nno crypto pki trustpoint sip-trunk-cert\nyes\n"
                 "crypto key zeroize rsa sip-trunk-cert-key\nyes\nend\n")
        b.enroll(box, lab.ca, cn="new.example.com")
        assert box.cli("show crypto pki certificates sip-trunk-cert") != old
        assert "SIP call-legs: 2" in box.cli("show call active voice brief")
        said = handshake(lab)
        assert "new.example.com" in said, said
        time.sleep(2)                               # of audio, however fast the key was made
        hang_up_and_listen(a, c)
        no_calls(box)


def handshake(lab):
    """What a new handshake with the box shows of its certificate."""
    crt, key, _ = lab.identity("1000", sans=[PHONE_A])
    return subprocess.run(lab.host(PHONE_A).inside(
        ["openssl", "s_client", "-connect", "10.72.86.86:5061", "-cert", crt, "-key", key]),
        input="", text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=20).stdout


def changed_peer():
    """The dial-peers of a call are changed and removed: it keeps what it began with."""
    with Lab() as lab:
        box, a, c = set_up(lab)
        a.dial(lab.uri("2000"))
        a.wait(b"Call established", 5)
        box.configure("dial-peer voice 100 voip\n session target ipv4:10.72.86.99:5061\n exit\n"
                      "no dial-peer voice 200 voip\nno dial-peer voice 100 voip\n")
        time.sleep(1)
        assert "SIP call-legs: 2" in box.cli("show call active voice brief")
        hang_up_and_listen(a, c)
        no_calls(box)


def changed_identity():
    """`crypto signaling' names another trustpoint: new calls go over a connection with that identity,
    the call that is up keeps its own."""
    with Lab(workers=3) as lab:
        box, a, c = set_up(lab)
        a.dial(lab.uri("2000"))
        a.wait(b"Call established", 5)
        b.enroll(box, lab.ca, "other", "other.example.com")
        box.configure("sip-ua\n crypto signaling default trustpoint other\n")
        assert len(to_peer(box)) == 1
        a.dial(lab.uri("2000"))
        b.wait_for("two calls", 5, lambda: "SIP call-legs: 4" in
                   box.cli("show call active voice brief"))
        assert len(to_peer(box)) == 2, box.cli(SHOW)
        for _ in range(2):
            a.command("hangup")
            time.sleep(0.5)
        no_calls(box)


def above():
    """The box's certificate is of a subordinate CA: a peer that knows the root alone verifies it."""
    with Lab() as lab:
        sub, root = lab.ca, b.CA(lab.dir, "Root Above")
        request = b.openssl("req", "-new", "-key", sub.key, "-subj", "/O=Example/CN=Sub CA")
        extensions = os.path.join(lab.dir, "sub.ext")
        with open(extensions, "w") as f:
            f.write("basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n")
        b.openssl("x509", "-req", "-in", "/dev/stdin", "-CA", root.pem, "-CAkey", root.key,
                  "-CAcreateserial", "-days", "100", "-extfile", extensions, "-out", sub.pem,
                  text=request)
        box = lab.box(caller(200))
        b.trust(box, root, "above")
        crt = lab.identity("1000")
        said = subprocess.run(lab.host(PHONE_A).inside(
            ["openssl", "s_client", "-connect", BOX + ":5061", "-CAfile", root.pem, "-cert", crt[0],
             "-key", crt[1]]), input=b"", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=20).stdout.decode()
        assert "Verify return code: 0 (ok)" in said and " 1 s:O = Example, CN = Sub CA" in said, said
        assert " 2 s:" not in said, "the root is sent too: " + said


def reset():
    """A connection dies with a request on it: the call hunts on at once."""
    with Lab(workers=3) as lab:
        box = lab.box(peer(100, "2...", PHONE_B, tls=False, more="session transport tcp")
                      + peer(110, "2...", PHONE_C, tls=False, more="preference 1") + caller(200), tls=False)
        with lab.host(PHONE_B).entered():
            listener = socket.create_server((PHONE_B, 5060))
        a, c, answered = End(lab, PHONE_A), End(lab, PHONE_C), []
        for n in range(3):
            call = Call(a, "reset%d" % n)
            call.invite(20000)
            s = listener.accept()[0]
            assert s.recv(65536).startswith(b"INVITE ")
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            s.close()
            asked = c.receive("INVITE ", seconds=2)
            while header(asked, "Call-ID") in answered:         # the one before, sent again on a machine that is busy
                asked = c.receive("INVITE ", seconds=2)
            answered.append(header(asked, "Call-ID"))
            c.answer(asked, "486 Busy Here")
            assert call.response().startswith("SIP/2.0 486")
        no_calls(box)


def distrusted():
    """Trust ends under a live connection: its call can be ended over it, nothing begins there."""
    with Lab(workers=3) as lab:
        box = lab.box(peer(100, "2...", PHONE_B, tls=False) + caller(200), tls=False)
        a, c = End(lab, PHONE_A, tcp=True), End(lab, PHONE_B)
        call = Call(a, "before")
        call.invite(20000)
        c.answer(c.receive("INVITE "), body=sdp(PHONE_B, 21000))
        assert call.response().startswith("SIP/2.0 200")
        c.receive("ACK ")
        box.configure("voice service voip\n ip address trusted list\n  no ipv4 10.72.86.0 255.255.255.0\n")
        new = Call(a, "new")
        new.invite(20100)
        call.request("BYE")
        c.answer(c.receive("BYE "))
        said = a.receive("SIP/2.0 ")
        assert header(said, "Call-ID") == "before", said
        no_calls(box)


def segments():
    """`ip tcp mss' bounds the segments of connections in both directions, from the next one on."""
    def mss(s):
        return s.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG)

    with b.Box("interface Loopback0\n ip address 127.0.0.1 255.0.0.0\nip tcp mss 1000\n"
               "dial-peer voice 1 voip\n session protocol sipv2\n session target ipv4:127.0.0.9:5070\n"
               " session transport tcp\n") as box, socket.create_server(("127.0.0.9", 5070)) as peer_socket:
        with socket.create_connection(("127.0.0.1", 5060)) as s:
            assert mss(s) <= 1000, mss(s)
        box.configure("dial-peer voice 1 voip\n voice-class sip options-keepalive\n")
        peer_socket.settimeout(10)
        with peer_socket.accept()[0] as s:
            assert mss(s) <= 1000, mss(s)
        box.configure("no ip tcp mss\n")
        with socket.create_connection(("127.0.0.1", 5060)) as s:
            assert mss(s) > 1000, mss(s)


if __name__ == "__main__":
    play("connections", [segments, one_for_all, cleared, new_certificate, changed_peer,
                         changed_identity, above, reset, distrusted])
