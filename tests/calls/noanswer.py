#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nobody answers: after `timers expires' the box gives up by itself, CANCELs the called side and
tells the caller 480, with the reason in the history.  One minute, the least that can be set."""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
from lab import PHONE_A, PHONE_B, Lab, caller, no_calls, peer, play  # noqa: E402


def no_answer():
    with Lab() as lab:
        box = lab.box(peer(100, "2...", PHONE_B, tls=False) + caller(200), tls=False)
        box.configure("sip-ua\n timers expires 60000\n")
        a = lab.phone(PHONE_A, "1000", 1000, tls=False)
        c = lab.phone(PHONE_B, "2000", 700, tls=False)
        begin = time.monotonic()
        a.dial(lab.uri("2000", tls=False))
        a.wait(b"180 Ringing", 5)
        a.wait(b"480", 70)
        assert 58 < time.monotonic() - begin < 64, time.monotonic() - begin
        c.wait(b"session closed", 5)
        no_calls(box)
        said = box.cli("show call history voice brief")
        assert "why: nobody answered in time (timers expires)" in said, said


if __name__ == "__main__":
    play("noanswer", [no_answer])
