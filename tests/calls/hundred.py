#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A hundred calls at once hold for thirty seconds, and every packet of theirs is accounted for.

On the Release build.  The signalling of both ends is spoken here, the media by tests/peers/rtp.c,
which counts what it sends and hears.  Of every call: what the caller's telephone has sent is what
the box says that came in there, is what it says that went out on the other side, is what the other
telephone has heard, in order; and the other way round."""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
from end import Call, End, media, sdp  # noqa: E402
from lab import BOX, PHONE_A, PHONE_B, Lab, caller, no_calls, peer, play  # noqa: E402

CALLS, SECONDS = 100, 30


def set_up(a, c, number):
    """One call; (the caller's stream, the called one's stream, the caller's dialog)."""
    mine, theirs = 20000 + 2 * number, 40000 + 2 * number
    call = Call(a, "hundred-%d" % number)
    call.invite(mine)
    invite = c.receive("INVITE ")
    c.answer(invite, tag="c%d" % number, body=sdp(PHONE_B, theirs))
    ok = call.response()
    c.receive("ACK ")
    return (PHONE_A, mine, BOX, media(ok)), (PHONE_B, theirs, BOX, media(invite)), call


def take_down(call, c):
    call.request("BYE")
    call.response("SIP/2.0 200")
    c.answer(c.receive("BYE "))


def phones(lab, address, streams, seconds=SECONDS):
    """The RTP telephones of one side: all of them listen when this returns."""
    process = subprocess.Popen(
        lab.host(address).inside([os.path.join(lab.build, "peer-rtp"), str(seconds)]),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    process.stdin.write("".join("%s %d %s %d\n" % s for s in streams) + "\n")
    process.stdin.flush()
    assert process.stdout.readline() == "ready\n"
    return process


def counted(processes):
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        out = process.communicate(timeout=SECONDS + 30)[0]
        assert process.returncode == 0, "the telephones failed"
        yield [tuple(int(x) for x in line.split()) for line in out.splitlines()]


def legs(box):
    """{remote RTP address: (tx, rx)} of all legs in the history."""
    said = box.cli("show call history voice brief")
    found = re.findall(r"tx:(\d+)/\d+ rx:(\d+)/\d+ .*\n IP ([\d.]+:\d+) ", said)
    return {address: (int(tx), int(rx)) for tx, rx, address in found}


def check(ours, others, streams, box_legs):
    """Of every stream: sent == in at the box, heard == out of the box == sent by the other."""
    for i, (sent, heard, disorder, _) in enumerate(ours):
        tx, rx = box_legs["%s:%d" % streams[i][:2]]
        evidence = "call %d: sent %d, in %d; out %d, heard %d, sent there %d, out of order %d" % (
            i, sent, rx, tx, heard, others[i][0], disorder)
        assert sent == SECONDS * 50 and sent == rx, evidence
        assert tx == heard == others[i][0] and disorder == 0, evidence


def hundred():
    with Lab(workers=2, release=True) as lab:
        box = lab.box(peer(100, "2...", PHONE_B, tls=False) + caller(200), tls=False)
        a, c = End(lab, PHONE_A), End(lab, PHONE_B)
        calls = [set_up(a, c, number) for number in range(CALLS)]
        assert "Total call-legs: %d" % (2 * CALLS) in box.cli("show call active voice compact")
        here, there = [x[0] for x in calls], [x[1] for x in calls]
        running = [phones(lab, PHONE_A, here), phones(lab, PHONE_B, there)]
        ours, others = counted(running)
        for _, _, call in calls:
            take_down(call, c)
        no_calls(box)
        box_legs = legs(box)
        assert len(box_legs) == 2 * CALLS, len(box_legs)
        check(ours, others, here, box_legs)
        check(others, ours, there, box_legs)


if __name__ == "__main__":
    play("hundred", [hundred])
