#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""options-keepalive: a dial-peer is not probed, up, down and up again, each with its reason; a call
passes over a peer that is down to the next one by preference."""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
import box as b  # noqa: E402
from lab import (BOX, PHONE_A, PHONE_B, PHONE_C, Lab, caller, no_calls, peer, play,  # noqa: E402
                 talk)

PROBED = "voice-class sip options-keepalive up-interval 5 down-interval 5 retry 1"
STATUS = "show dial-peer voip keepalive status"


def until(box, pattern, seconds=45):
    b.wait_for(pattern, seconds, lambda: re.search(pattern, box.cli(STATUS)))


def up_down_up():
    with Lab(workers=2) as lab:
        box = lab.box(peer(100, "2...", PHONE_B, tls=False, more=PROBED)
                      + peer(110, "2...", PHONE_C, tls=False, more="preference 1") + caller(200),
                      tls=False)
        until(box, r"(?s)100 .*busyout.*since .*: the peer did not answer")
        assert "110" not in box.cli(STATUS), "a peer that is not probed is in the table"
        a = lab.phone(PHONE_A, "1000", 1000, tls=False)
        third = lab.phone(PHONE_C, "2000", 500, tls=False, auto=True)
        a.dial(lab.uri("2000", tls=False))          # 100 is down: 110 takes it
        a.wait(b"Call established", 5)
        talk(a, third)
        no_calls(box)
        second = lab.phone(PHONE_B, "2000", 700, tls=False, auto=True)
        until(box, r"(?s)100 .*active.*since .*: it answered OPTIONS with \d+ ")
        a = lab.phone(PHONE_A, "1000", 1000, tls=False)
        a.dial(lab.uri("2000", tls=False))          # and 100 again
        a.wait(b"Call established", 5)
        talk(a, second)
        assert re.search(r"%SIP-4-KEEPALIVE_DOWN: dial-peer 100 is down: the peer did not answer",
                         box.log()), box.log()


def refused_with_reason():
    """Its only peer is down: 503, and the history says why."""
    with Lab() as lab:
        box = lab.box(peer(100, "2...", PHONE_B, tls=False, more=PROBED) + caller(200), tls=False)
        until(box, "busyout")
        a = lab.phone(PHONE_A, "1000", 1000, tls=False)
        a.dial("sip:2000@" + BOX)
        a.wait(b"503", 5)
        said = box.cli("show call history voice brief")
        assert "why: dial-peer 100 does not answer its OPTIONS keepalive" in said, said


if __name__ == "__main__":
    play("keepalive", [up_down_up, refused_with_reason])
