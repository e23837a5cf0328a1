#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS connections and configuration under calls that are up: one connection to a peer for many
calls; cleared during a call, it is opened anew for the BYE; a new certificate of ours and a changed
dial-peer leave a call alone and hold for the next one."""

import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
import box as b  # noqa: E402
from lab import (PHONE_A, PHONE_B, Lab, caller, hang_up_and_listen, no_calls, peer,  # noqa: E402
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


if __name__ == "__main__":
    play("connections", [one_for_all, cleared, new_certificate, changed_peer])
