#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls over TLS with SRTP between two telephones, in the audio, on the wire and in the log.

Each telephone plays a tone (1000 Hz has a period of 8 samples, 700 Hz one of 80): it has to be found
in the other's recording, and must not be found in what the wire carries where SRTP is agreed.  The
box has its certificate from the test's CA by its own dialogs.  secure.py [NAME...]"""

import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
import box as b  # noqa: E402
from lab import (BOX, PHONE_A, PHONE_B, Lab, caller, hang_up_and_listen, last_call,  # noqa: E402
                 listen, no_calls, peer, play, talk)

PERIOD = {"1000": 8, "2000": 80}
SUITES = """voice class srtp-crypto 1
 crypto 1 AES_CM_128_HMAC_SHA1_80
voice class srtp-crypto 2
 crypto 1 AES_CM_128_HMAC_SHA1_32
"""
TAG = {"AES_CM_128_HMAC_SHA1_80": 10, "AES_CM_128_HMAC_SHA1_32": 4,
       "AEAD_AES_256_GCM": 16}
HEADER, FRAME = 12, 160                 # RTP's header, 20 ms of G.711
MASKED = re.compile(r"a=crypto:1 (\w+) inline:(\S+)")


# ---- what the wire tells ------------------------------------------------------------------------------


def payloads(capture, source, target):
    """The UDP payloads from one host to another that are RTP with audio in it."""
    rows = capture.fields("ip.src", "ip.dst", "udp.payload", display="udp.payload")
    found = [bytes.fromhex(row[2].replace(":", "")) for row in rows if row[:2] == [source, target]]
    return [p for p in found if len(p) >= HEADER + FRAME and p[0] >> 6 == 2 and p[1] & 127 == 0]


def is_tone(payload, period):
    """Is this G.711 of a tone with that period, in the clear?"""
    audio = payload[HEADER:HEADER + FRAME]
    return len(set(audio)) > 2 and audio[period:] == audio[:-period]


def check_media(capture, source, target, suite, period):
    """Audio of this suite (None: plain RTP) went that way, and is readable only where it may be."""
    sent = payloads(capture, source, target)
    assert len(sent) > 20, "%d RTP packets from %s to %s" % (len(sent), source, target)
    sizes = {len(p) - HEADER - FRAME for p in sent}
    assert sizes == {TAG.get(suite, 0)}, "%s to %s: %s bytes behind the audio" % (source, target, sizes)
    plain = sum(is_tone(p, period) for p in sent)
    if suite:
        assert plain == 0, "%s to %s: %d of %d packets are readable" % (source, target, plain, len(sent))
    else:
        assert plain > len(sent) // 2, "%s to %s: only %d of %d packets are the tone" % (
            source, target, plain, len(sent))


def check_words(capture, *absent, present=()):
    with open(capture.path, "rb") as f:
        raw = f.read()
    for word in absent:
        assert word not in raw, "%r is on the wire" % word
    for word in present:
        assert word in raw, "%r is not on the wire" % word


# ---- what the log tells --------------------------------------------------------------------------------


def messages(box):
    """The SIP messages of `debug ccsip messages', as texts."""
    found = re.findall(r"(?:Received|Sent): ?\n(.*?)(?=\n\*\w{3} +\d+ [\d:.]+: |\Z)", box.log(), re.S)
    assert found, "no message in the log"
    return found


def header(name, message):
    found = re.search(r"^%s: (.*)$" % name, message, re.M)
    return found.group(1) if found else ""


def call_ids(box):
    """{Call-ID: its messages}, in the order of their first message."""
    sides = {}
    for message in messages(box):
        sides.setdefault(header("Call-ID", message), []).append(message)
    return sides


def tags(texts):
    return set(re.findall(r";tag=([\w.-]+)", "".join(header("From", m) + header("To", m)
                                                     for m in texts)))


def check_hiding(box):
    """Neither leg's messages tell anything of the other leg."""
    sides = call_ids(box)
    assert len(sides) == 2, "legs in the log: %s" % list(sides)
    (id_a, a), (id_b, c) = sides.items()
    assert not tags(a) & tags(c), "both legs have the tag %s" % (tags(a) & tags(c))
    for texts, foreign in ((a, [id_b, PHONE_B] + list(tags(c))),
                           (c, [id_a, PHONE_A] + list(tags(a)))):
        for text in texts:
            for word in foreign:
                assert word not in text, "%s of the other leg in:\n%s" % (word, text)


def check_masked(box, suites):
    keys = MASKED.findall(box.log())
    assert {suite for suite, key in keys} == set(suites), keys
    assert all(key == "<masked>" for suite, key in keys), "a key is in the log"
    assert box.log().count("inline:") == len(keys)


# ---- calls ----------------------------------------------------------------------------------------------


def connected(lab, a, c, tls=True):
    a.dial(lab.uri("2000", tls))
    for phone in (a, c):
        phone.wait(b"Call established")


def legs(box):
    """("on", "off"): SRTP of the answered and of the dialled leg of the one call."""
    found = re.findall(r"^SRTP = (\w+)$", box.cli("show call active voice"), re.M)
    assert len(found) == 2, found
    return tuple(found)


def check_peers(box):
    """Both connections are mutual TLS, and tell with whom."""
    text = box.cli("show sip-ua connections tcp tls detail")
    for user in ("1000", "2000"):
        assert re.search(r"TLSv1\.3 \S+.*, peer .*CN ?= ?%s\.example\.com.*, trusted by sip-trunk-cert"
                         % user, text), text


def both_secured(workers):
    with Lab(workers) as lab:
        box = lab.box(SUITES + peer(100, "2...", PHONE_B, srtp="srtp",
                                    more="voice-class sip srtp-crypto 2")
                      + caller(200, srtp="srtp", more="voice-class sip srtp-crypto 1"))
        box.cli("debug ccsip messages")
        a = lab.phone(PHONE_A, "1000", 1000)
        c = lab.phone(PHONE_B, "2000", 700, auto=True)
        with b.Capture(lab.dir, "udp or tcp", "eth0", lab.host(BOX)) as wire:
            connected(lab, a, c)
            assert legs(box) == ("on", "on")
            check_peers(box)
            talk(a, c)
        check_words(wire, b"a=crypto", b"INVITE", b"Call-ID", b"inline:")
        check_media(wire, PHONE_A, BOX, "AES_CM_128_HMAC_SHA1_80", 8)
        check_media(wire, BOX, PHONE_A, "AES_CM_128_HMAC_SHA1_80", 80)
        check_media(wire, PHONE_B, BOX, "AES_CM_128_HMAC_SHA1_32", 80)
        check_media(wire, BOX, PHONE_B, "AES_CM_128_HMAC_SHA1_32", 8)
        check_hiding(box)
        check_masked(box, ["AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32"])
        no_calls(box)


def secured_to_plain(workers):
    with Lab(workers) as lab:
        box = lab.box(peer(100, "2...", PHONE_B, tls=False, srtp="no srtp")
                      + caller(200, srtp="srtp"))
        box.cli("debug ccsip messages")
        a = lab.phone(PHONE_A, "1000", 1000)
        c = lab.phone(PHONE_B, "2000", 700, tls=False, auto=True)
        with b.Capture(lab.dir, "udp or tcp", "eth0", lab.host(BOX)) as wire:
            connected(lab, a, c)
            assert legs(box) == ("on", "off")
            talk(a, c)
        check_words(wire, b"a=crypto", b"inline:", present=[b"INVITE sip:2000@"])
        check_media(wire, PHONE_A, BOX, "AES_CM_128_HMAC_SHA1_80", 8)
        check_media(wire, BOX, PHONE_B, None, 8)
        check_media(wire, PHONE_B, BOX, None, 80)
        check_media(wire, BOX, PHONE_A, "AES_CM_128_HMAC_SHA1_80", 80)
        check_hiding(box)
        no_calls(box)


def both_secured_1_worker():
    both_secured(1)


def both_secured_3_workers():
    both_secured(3)


def secured_to_plain_1_worker():
    secured_to_plain(1)


def secured_to_plain_3_workers():
    secured_to_plain(3)


def plain_to_secured():
    with Lab(workers=3) as lab:
        box = lab.box(peer(100, "2...", PHONE_B, srtp="srtp") + caller(200, srtp="no srtp"))
        a = lab.phone(PHONE_A, "1000", 1000, tls=False)
        c = lab.phone(PHONE_B, "2000", 700, auto=True)
        with b.Capture(lab.dir, "udp", "eth0", lab.host(BOX)) as wire:
            connected(lab, a, c, tls=False)
            assert legs(box) == ("off", "on")
            talk(a, c)
        check_words(wire, b"a=crypto", b"inline:", present=[b"INVITE sip:2000@"])
        check_media(wire, PHONE_A, BOX, None, 8)
        check_media(wire, PHONE_B, BOX, "AEAD_AES_256_GCM", 80)
        check_media(wire, BOX, PHONE_B, "AEAD_AES_256_GCM", 8)
        check_media(wire, BOX, PHONE_A, None, 80)


def fallback():
    """SRTP stays SRTP, RTP stays RTP, and a far end without SRTP breaks no call."""
    with Lab(workers=3) as lab:
        box = lab.box("voice service voip\n srtp fallback\n"
                      + peer(100, "2...", PHONE_B) + caller(200))
        for calling, called, expected in (("srtp-mand", "srtp-mand", ("on", "on")),
                                          ("srtp-mand", "", ("on", "off")),
                                          ("", "srtp", ("off", "off")),
                                          ("", "", ("off", "off"))):
            a = lab.phone(PHONE_A, "1000", 1000, media=calling)
            c = lab.phone(PHONE_B, "2000", 700, media=called, auto=True)
            connected(lab, a, c)
            assert legs(box) == expected, "%r to %r: %s" % (calling, called, legs(box))
            talk(a, c, 1.2)
            lab.hang_up()
            no_calls(box)


def refused_488(lab, box, a, c, reason):
    a.dial(lab.uri("2000"))
    a.wait(b"488")
    no_calls(box)
    assert re.search(reason, last_call(box)), last_call(box)
    assert b"established" not in c.text()


def no_fallback():
    """`srtp' alone towards a peer without SRTP, and from a caller without SRTP: 488, with the reason."""
    with Lab() as lab:
        box = lab.box(peer(100, "2...", PHONE_B, srtp="srtp") + caller(200, srtp="srtp"))
        c = lab.phone(PHONE_B, "2000", 700, media="", auto=True)
        a = lab.phone(PHONE_A, "1000", 1000)
        refused_488(lab, box, a, c, r"DisconnectReason=.*(488|SRTP|RTP)")
        a.stop()
        a = lab.phone(PHONE_A, "1000", 1000, media="")
        refused_488(lab, box, a, c, r'DisconnectReason=.*plain RTP .* leg that has .srtp..*fallback')


# ---- the rest of a call's life ----------------------------------------------------------------------------


def pair(lab, auto=True):
    box = lab.box(peer(100, "2...", PHONE_B, srtp="srtp") + caller(200, srtp="srtp"))
    return (box, lab.phone(PHONE_A, "1000", 1000),
            lab.phone(PHONE_B, "2000", 700, auto=auto))


def received(box):
    """ReceivePackets of both legs."""
    found = re.findall(r"^ReceivePackets=(\d+)$", box.cli("show call active voice"), re.M)
    return [int(n) for n in found]


def hold():
    """Held and taken back by re-INVITE: the other leg is told, and the audio comes back."""
    with Lab(workers=3) as lab:
        box, a, c = pair(lab)
        connected(lab, a, c)
        time.sleep(0.5)
        box.cli("debug ccsip messages")
        a.command("hold")
        sent = r"Sent:\s*\nINVITE sip:2000(?:(?!\n\*).)*a=%s"
        b.wait_for("the other leg is held", 5,
                   lambda: re.search(sent % "(sendonly|inactive)", box.log(), re.S))
        time.sleep(0.3)
        a.command("resume")
        b.wait_for("the other leg is taken back", 5,
                   lambda: re.search(sent % "sendrecv", box.log(), re.S))
        before = received(box)
        time.sleep(1.5)
        after = received(box)
        assert all(y - x > 50 for x, y in zip(before, after)), (before, after)
        hang_up_and_listen(a, c)
        no_calls(box)


def called_hangs_up():
    with Lab(workers=3) as lab:
        box, a, c = pair(lab)
        connected(lab, a, c)
        time.sleep(1.2)
        c.command("hangup")
        a.wait(b"terminated", 5)
        listen(a, c)
        no_calls(box)
        assert "DisconnectText=normal call clearing (16)" in last_call(box), last_call(box)


def cancelled():
    """The caller gives up while it rings."""
    with Lab(workers=3) as lab:
        box, a, c = pair(lab, auto=False)
        a.dial(lab.uri("2000"))
        a.wait(b"180 Ringing")
        c.wait(b"Incoming call")
        a.command("hangup")
        no_calls(box)
        c.wait(b"session closed", 5)
        assert re.search(r"Cancel 1/1,", box.cli("show sip-ua statistics"))
        assert "ConnectTime=0 ms" in last_call(box), last_call(box)


def busy():
    """486 goes through, with its cause."""
    with Lab(workers=3) as lab:
        box, a, c = pair(lab, auto=False)
        a.dial(lab.uri("2000"))
        c.wait(b"Incoming call")
        c.command("hangup")
        a.wait(b"486")
        no_calls(box)
        assert "DisconnectText=user busy (17)" in last_call(box), last_call(box)


play("secure", [both_secured_1_worker, both_secured_3_workers, secured_to_plain_1_worker,
                secured_to_plain_3_workers, plain_to_secured, fallback, no_fallback, hold,
                called_hangs_up, cancelled, busy])
