#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Five hundred calls over TLS with SRTP while the identity rolls over every ten seconds: none is lost, each call ends on
the connection that it began on, and one command goes back.  rollover.py [NAME...]"""

import os
import re
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
import box as b  # noqa: E402
from lab import number, play  # noqa: E402

CALLS, AT_ONCE, DURATION = 500, 25, 12


def config():
    """The box with a trunk to itself, and a second identity beside the first."""
    with open(os.path.join(b.TREE, "startup-config", "quickstart.cfg")) as f:
        text = f.read()
    trustpoint = re.search(r"(?m)^crypto pki trustpoint quickstart\n(?: .*\n)+", text).group(0)
    second = trustpoint.replace("quickstart", "second")
    return text.replace(trustpoint, trustpoint + "!\n" + second)


def serials(said):
    return {name: (int(n), serial) for n, name, serial in
            re.findall(r"(?m)^  (\d+) +connections show (\w+)(?:, serial (\w+))?$", said)}


def five_hundred():
    with b.Box(config(), workers=2, build=b.build_directory(release=True)) as box:
        names = ["quickstart", "second"]
        began, started, rolled, both = time.monotonic(), 0, 0, 0
        while started < CALLS or rolled < 3:
            if started < CALLS:
                typists = [threading.Thread(target=box.type, args=("csim start 9898 duration %d\n" % DURATION * 5,))
                           for _ in range(AT_ONCE // 5)]
                for typist in typists:
                    typist.start()
                for typist in typists:
                    typist.join()
                started += AT_ONCE
            if time.monotonic() - began > 4 + 10 * rolled:
                box.cli("crypto pki rollover from %s to %s" % (names[rolled % 2], names[(rolled + 1) % 2]))
                rolled += 1
            if rolled:
                now = serials(box.cli("show crypto pki rollover"))
                both += all(n > 0 for n, _ in now.values()) and len({s for _, s in now.values()}) == 2
            time.sleep(1)
        b.wait_for("all calls are over", DURATION + 20, lambda: number(
            r"(?m)^    Calls (\d+), ServerTransactions", box.cli("show sip-ua statistics")) == 0)
        assert both, "the two identities never stood side by side"
        said = box.cli("show sip-ua statistics")
        assert re.search(r"Received %d, Dialled %d, Refused 0, Not connected 0" % (CALLS, CALLS), said), said
        for tag, legs in (100, 2), (200, 1):            # none ended before its time
            said = box.cli("show dial-peer voice %d" % tag)
            assert number(r"Successful Calls = (\d+)", said) == CALLS * legs, said
            assert number(r"Failed Calls = (\d+)", said) == 0, said
            assert number(r"Connect Time = (\d+)", said) >= CALLS * legs * (DURATION - 1), said
        said = box.cli("show call history voice brief")
        assert said.count("(normal call clearing (16))") == len(re.findall(r"(?m)\d+  \(.* \(\d+\)\)$", said)) > 0, said
        said = box.cli("show sip-ua connections tcp tls detail")
        for side in ("client", "server"):
            assert number(r"TLS %s handshake failures *: (\d+)" % side, said) == 0, said
        assert "default trustpoint second" in box.cli("show running-config | include crypto signaling")
        box.cli("crypto pki rollover back")
        assert "default trustpoint quickstart" in box.cli("show running-config | include crypto signaling")
        assert "Trustpoint nobody does not exist" in box.type("crypto pki rollover from nobody to second\n")
        box.configure("crypto pki trustpoint empty\n enrollment terminal\n")
        said = box.type("crypto pki rollover from quickstart to empty\n")
        assert "has no certificate of ours" in said and "The identity was not changed" in said, said


if __name__ == "__main__":
    play("rollover", [five_hundred])
