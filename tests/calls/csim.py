#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The quickstart box calls itself: csim, a TLS trunk with SRTP to 127.0.0.1, loopback:rtp.

The shipped configuration boots as it is, and the call is looked for in every show command that an
engineer has; its packets must flow, and after its end it must be in the history with its cause."""

import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
import box as b  # noqa: E402
from lab import no_calls, number, play  # noqa: E402

# command, and what must be in its answer while the call is up
SEEN = [
    ("show sip-ua connections tcp tls detail", r"Total active connections      : 2"),
    ("show sip-ua connections tcp tls detail", r"(?m)^ +5061 +\d+ Established +0 127\.0\.0\.1$"),
    ("show sip-ua connections tcp tls detail", r"TLSv1\.3 TLS_AES_256_GCM_SHA384 .*trusted by quickstart"),
    ("show sip-ua connections tcp tls brief", r"\[127\.0\.0\.1\]:5061"),
    ("show sip-ua connections tcp brief", r"\[127\.0\.0\.1\]:5060"),
    ("show sip-ua connections udp detail", r"\[127\.0\.0\.1\]:5060"),
    ("show sip-ua status", r"SIP User Agent for TLS over TCP : ENABLED"),
    ("show sip-ua statistics", r"Invite 1/1, Ack 1/1"),
    ("show sip-ua statistics", r"OkInvite 1/1"),
    ("show call active voice", r"SRTP = on"),
    ("show call active voice", r"AEAD_AES_256_GCM"),
    ("show call active voice brief", r"pid:100 Originate 9898 active"),
    ("show call active voice brief", r"pid:200 Originate 9898 active"),
    ("show call active voice brief", r"SRTP: on .*g711ulaw"),
    ("show call active voice compact", r"Total call-legs: 4"),
    ("show voip rtp connections", r"Found 2 active RTP connections"),
    ("show dial-peer voice 100", r"session-target = `ipv4:127\.0\.0\.1:5061'"),
    ("show dial-peer voice summary", r"(?m)^100 +voip +up +up .*ipv4:127\.0\.0\.1:5061"),
    ("show dialplan number 9898", r"Matched: 9898   Digits: 2"),
    ("show dialplan number 7777", r"No match, result=-1\(NO_MATCH\)"),
    ("show ip address trusted list", r"(?m)^ ipv4 127\.0\.0\.0 255\.0\.0\.0$"),
    ("show crypto pki certificates verbose quickstart", r"Fingerprint SHA256: "),
    ("show crypto pki trustpoints status", r"Trustpoint quickstart:"),
    ("show crypto key mypubkey rsa", r"Key name: quickstart"),
    ("show version", r"Version \S+, RELEASE SOFTWARE"),
    ("show logging", r"Log Buffer \(\d+ bytes\):"),
]


def quickstart():
    with open(os.path.join(b.TREE, "startup-config", "quickstart.cfg")) as f:
        return f.read()


def packets(box):
    """tx and rx of the four legs, in the order of show."""
    said = box.cli("show call active voice brief")
    return [int(x) for pair in re.findall(r"tx:(\d+)/\d+ rx:(\d+)/", said) for x in pair]


def seen_everywhere():
    for workers in (1, 3):
        with b.Box(quickstart(), workers=workers) as box:
            assert re.search(r"failed = 0", box.cli("csim start 9898 duration 6"))
            for command, pattern in SEEN:
                said = box.cli(command)
                assert re.search(pattern, said), "%s: no %r in\n%s" % (command, pattern, said)
            before = packets(box)
            time.sleep(1)
            after = packets(box)
            assert len(before) == len(after) == 8, (before, after)
            assert all(30 <= y - x <= 80 for x, y in zip(before, after)), (before, after)
            no_calls(box, 15)
            said = box.cli("show call history voice brief")
            assert said.count("10  (normal call clearing (16))") == 4, said


def nowhere():
    """A number that no dial-peer takes: csim says why, and so does the history."""
    with b.Box(quickstart()) as box:
        assert "no dial-peer has a destination-pattern that matches 7777" in box.cli("csim start 7777")
        said = box.cli("show call history voice brief")
        assert "why: no dial-peer has a destination-pattern that matches 7777" in said, said


def conditions():
    """`debug condition': only the calls that are asked for speak."""
    with b.Box(quickstart()) as box:
        box.cli("debug ccsip messages", "debug voip dialpeer inout", "debug condition called 5555")
        box.cli("csim start 9898 duration 2")
        no_calls(box, 10)
        said = box.log()
        assert "ccsipDisplayMsg" not in said and "DPM" not in said, said
        box.cli("debug condition called 98..")
        box.cli("csim start 9898 duration 2")
        no_calls(box, 10)
        said = box.log()
        assert "INVITE sip:9898@" in said and "Called Number=9898" in said and "OPTIONS sip" not in said, said
        assert re.search(r"Condition 2: called 98\.\. \([1-9]\d* flags", box.cli("show debug condition"))


def directly():
    """csim to loopback:rtp without a wire between: both ends are of the box."""
    config = quickstart().replace("preference 2", "preference 0")
    with b.Box(config) as box:
        assert "failed = 0" in box.cli("csim start 9898 duration 3")
        time.sleep(1)
        assert number(r"rx:(\d+)/", box.cli("show call active voice brief")) > 20
        no_calls(box, 10)


if __name__ == "__main__":
    play("csim", [seen_everywhere, nowhere, conditions, directly])
