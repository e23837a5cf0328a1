#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A hundred calls at once hold for thirty seconds, and every packet of theirs is accounted for.

On the Release build.  The signalling of both ends is spoken here, the media by tests/peers/rtp.c,
which counts what it sends and hears.  Of every call: what the caller's telephone has sent is what
the box says that came in there, is what it says that went out on the other side, is what the other
telephone has heard, in order; and the other way round."""

import os
import re
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
import box as b  # noqa: E402
from lab import BOX, PHONE_A, PHONE_B, Lab, caller, no_calls, peer, play  # noqa: E402

CALLS, SECONDS = 100, 30


def sdp(address, port):
    return ("v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\nm=audio %d RTP/AVP 0\r\n"
            % (address, address, port))


def header(message, name):
    return re.search(r"(?mi)^%s: (.*?)\r$" % name, message).group(1)


def media(message):
    return int(re.search(r"m=audio (\d+)", message).group(1))


class End:
    """One side's SIP socket."""

    def __init__(self, lab, address):
        self.address = address
        with lab.host(address).entered():
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.socket.bind((address, 5060))
        self.socket.settimeout(5)

    def send(self, first, headers, body=""):
        lines = [first] + headers + (["Content-Type: application/sdp"] if body else [])
        lines.append("Content-Length: %d" % len(body))
        self.socket.sendto(("\r\n".join(lines) + "\r\n\r\n" + body).encode(), (BOX, 5060))

    def receive(self, *first):
        """The next message that begins so; others (100, 180, repetitions) are passed over."""
        while True:
            text = self.socket.recv(65535).decode()
            if text.startswith(first):
                return text


def via(address, name):
    return "Via: SIP/2.0/UDP %s:5060;branch=z9hG4bK%s" % (address, name)


def request(end, method, number, tag="", uri="sip:2000@" + BOX):
    return ("%s %s SIP/2.0" % (method, uri),
            [via(end.address, "%s%d" % (method, number)), "Max-Forwards: 70",
             "From: <sip:1000@%s>;tag=a%d" % (end.address, number),
             "To: <sip:2000@%s>%s" % (BOX, tag), "Call-ID: hundred-%d" % number,
             "CSeq: %d %s" % (2 if method == "BYE" else 1, method),
             "Contact: <sip:1000@%s>" % end.address])


def answer(end, asked, tag, body=""):
    copied = [line for line in asked.split("\r\n\r\n")[0].split("\r\n")
              if re.match(r"(?i)(via|from|call-id|cseq):", line)]
    to = header(asked, "To") + ("" if ";tag=" in header(asked, "To") else ";tag=" + tag)
    end.send("SIP/2.0 200 OK", copied + ["To: " + to, "Contact: <sip:2000@%s>" % end.address], body)


def set_up(a, c, number):
    """One call; (the caller's stream, the called one's stream, the caller's dialog)."""
    mine, theirs = 20000 + 2 * number, 40000 + 2 * number
    a.send(*request(a, "INVITE", number), body=sdp(PHONE_A, mine))
    invite = c.receive("INVITE ")
    answer(c, invite, "c%d" % number, sdp(PHONE_B, theirs))
    ok = a.receive("SIP/2.0 200")
    tag = re.search(r";tag=\w+", header(ok, "To")).group(0)
    uri = re.search(r"<(.*)>", header(ok, "Contact")).group(1)
    a.send(*request(a, "ACK", number, tag, uri))
    c.receive("ACK ")
    return ((PHONE_A, mine, BOX, media(ok)), (PHONE_B, theirs, BOX, media(invite)), (tag, uri))


def phones(lab, address, streams):
    """The RTP telephones of one side: all of them listen when this returns."""
    process = subprocess.Popen(
        lab.host(address).inside([os.path.join(lab.build, "peer-rtp"), str(SECONDS)]),
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
    for i, (sent, heard, disorder) in enumerate(ours):
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
        for number, (_, _, (tag, uri)) in enumerate(calls):
            a.send(*request(a, "BYE", number, tag, uri))
            a.receive("SIP/2.0 200")
            answer(c, c.receive("BYE "), "")
        no_calls(box)
        box_legs = legs(box)
        assert len(box_legs) == 2 * CALLS, len(box_legs)
        check(ours, others, here, box_legs)
        check(others, ours, there, box_legs)


if __name__ == "__main__":
    play("hundred", [hundred])
