#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a dialog has to bear, by hand: session timers (RFC 4028) in both roles, silence of the media,
REFER and T.38 refused in words, hunting by response, TCP, and a target that is named."""

import os
import re
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
from end import Call, End, header, media, sdp  # noqa: E402
from lab import (BOX, PHONE_A, PHONE_B, PHONE_C, Lab, caller, no_calls,  # noqa: E402
                 nothing_held, peer, play)

TIMER = ("Supported: timer",)


def up(call, there, port, more=()):
    """Set a call up; (the 200 to the caller, the INVITE that came there)."""
    call.invite(port, more)
    invite = there.receive("INVITE ")
    there.answer(invite, tag="c" + call.name, body=sdp(there.address, port + 1000))
    ok = call.response()
    assert ok.startswith("SIP/2.0 200"), ok
    there.receive("ACK ")
    return ok, invite


def down(call, there):
    call.request("BYE")
    there.answer(there.receive("BYE "))
    assert call.response().startswith("SIP/2.0 200")


def box_of(lab, config="", **how):
    return lab.box(peer(100, "2...", PHONE_B, tls=False, **how) + caller(200) + config, tls=False)


def timers():
    """The box refreshes where it has to, ends where the peer does not, and ends what is silent."""
    with Lab(workers=2) as lab:
        box = box_of(lab, "gateway\n timer receive-rtp 30\n exit\n")
        a, c = End(lab, PHONE_A), End(lab, PHONE_B)
        small = Call(a, "small")
        small.invite(20000, TIMER + ("Session-Expires: 60",))
        refused = small.response()
        assert refused.startswith("SIP/2.0 422") and header(refused, "Min-SE") == "90", refused
        silent = Call(a, "silent")
        up(silent, c, 20100)
        begin = time.monotonic()
        there = c.receive("BYE ", seconds=45)
        assert 29 < time.monotonic() - begin < 38, time.monotonic() - begin
        c.answer(there)
        a.receive("BYE ", call="silent")
        said = box.cli("show call history voice brief")
        assert "why: no packet from the " in said and "timer receive-rtp" in said, said
    with Lab(workers=2) as lab:
        box = box_of(lab)
        a, c = End(lab, PHONE_A), End(lab, PHONE_B)
        ours, theirs = Call(a, "ours"), Call(a, "theirs")
        ok, _ = up(ours, c, 20200, TIMER + ("Session-Expires: 90;refresher=uas",))
        assert header(ok, "Session-Expires") == "90;refresher=uas", ok
        ok, _ = up(theirs, c, 20300, TIMER + ("Session-Expires: 90;refresher=uac",))
        assert header(ok, "Session-Expires") == "90;refresher=uac", ok
        assert header(ok, "Require") == "timer", ok
        begin = time.monotonic()
        refresh = a.receive("INVITE ", "UPDATE ", seconds=55, call="ours")
        assert 40 < time.monotonic() - begin < 50, time.monotonic() - begin
        assert header(refresh, "Session-Expires").startswith("90"), refresh
        a.answer(refresh, body=sdp(PHONE_A, 20200), more=("Session-Expires: 90;refresher=uac",))
        a.receive("BYE ", seconds=30, call="theirs")
        assert 55 < time.monotonic() - begin < 70, time.monotonic() - begin
        said = box.cli("show call history voice brief")
        assert "why: the session timer ran out: the peer sent no refresh (RFC 4028)" in said, said
        assert "SIP call-legs: 2" in box.cli("show call active voice brief")


def refused_in_words():
    with Lab() as lab:
        box_of(lab)
        a, c = End(lab, PHONE_A), End(lab, PHONE_B)
        call = Call(a, "words")
        up(call, c, 20000)
        call.request("REFER", more=("Refer-To: <sip:3000@example.com>",))
        said = call.response()
        assert said.startswith("SIP/2.0 603") and "REFER" in header(said, "Warning"), said
        call.invite(20000, line="m=image %d udptl t38")
        said = call.response()
        assert said.startswith("SIP/2.0 488") and header(said, "Warning"), said
        call.request("OPTIONS")
        assert call.response().startswith("SIP/2.0 200")
        down(call, c)
        call.request("INFO")
        assert call.response().startswith("SIP/2.0 481")


def hunting():
    """A 503 sends the call to the next peer; a 486 is the called party's own word."""
    with Lab(workers=3) as lab:
        box = box_of(lab, peer(110, "2...", PHONE_C, tls=False, more="preference 1"))
        a, b, c = End(lab, PHONE_A), End(lab, PHONE_B), End(lab, PHONE_C)
        call = Call(a, "hunted")
        call.invite(20000)
        b.answer(b.receive("INVITE "), "503 Service Unavailable")
        b.receive("ACK ")
        c.answer(c.receive("INVITE "), body=sdp(PHONE_C, 21000))
        assert call.response().startswith("SIP/2.0 200")
        c.receive("ACK ")
        down(call, c)
        call = Call(a, "early")                         # the caller's SDP holds from peer to peer
        call.invite(20005)
        invite = b.receive("INVITE ")
        b.answer(invite, "183 Session Progress", body=sdp(PHONE_B, 21000))
        early = call.response("SIP/2.0 183")
        b.answer(invite, "503 Service Unavailable")
        b.receive("ACK ")
        c.answer(c.receive("INVITE "), body=sdp(PHONE_C, 21000))
        ok = call.response()
        assert media(ok) == media(early) and header(ok, "To") == header(early, "To"), (early, ok)
        assert re.search("o=.*", ok).group(0).split()[:2] == re.search("o=.*", early).group(0).split()[:2]
        c.receive("ACK ")
        down(call, c)
        call = Call(a, "busy")
        call.invite(20010)
        b.answer(b.receive("INVITE "), "486 Busy Here")
        assert call.response().startswith("SIP/2.0 486")
        box.configure("dial-peer voice 100 voip\n huntstop\n")
        call = Call(a, "stopped")
        call.invite(20020)
        b.answer(b.receive("INVITE "), "503 Service Unavailable")
        assert call.response().startswith("SIP/2.0 503")
        no_calls(box)


def prack(call, said, number, good="200"):
    """Acknowledge a reliable provisional response; its RSeq."""
    rseq = int(header(said, "RSeq"))
    call.tag = ";" + header(said, "To").split(";")[1]
    call.request("PRACK", more=("RAck: %d %d INVITE" % (number or rseq, call.invited),))
    assert call.response().startswith("SIP/2.0 " + good)
    return rseq


def reliably():
    """RFC 3262: one provisional response at a time, a 2xx after the answer's PRACK, and a refusal
    when none comes; what `rel1xx' says of it."""
    with Lab(workers=2) as lab:
        box = box_of(lab)
        a, c = End(lab, PHONE_A), End(lab, PHONE_B)
        call = Call(a, "reliable")
        call.invite(20000, ("Supported: 100rel",))
        invite = c.receive("INVITE ")
        assert "100rel" in header(invite, "Supported"), invite
        c.answer(invite, "180 Ringing")
        c.answer(invite, "183 Session Progress", body=sdp(PHONE_B, 21000))
        ringing = call.response("SIP/2.0 18")
        assert ringing.startswith("SIP/2.0 180") and header(ringing, "Require") == "100rel", ringing
        again = call.response("SIP/2.0 18")
        assert again == ringing, again                  # until its PRACK comes
        prack(call, ringing, 77, "481")
        first = prack(call, ringing, None)
        early = call.response("SIP/2.0 18")
        assert early.startswith("SIP/2.0 183") and "m=audio" in early, early
        assert int(header(early, "RSeq")) == first + 1, early
        c.answer(invite, body=sdp(PHONE_B, 21000))
        c.receive("ACK ")
        said = a.receive("SIP/2.0 ", seconds=2, call="reliable")
        assert said.startswith("SIP/2.0 183"), said     # the 200 waits
        prack(call, early, None)
        assert call.response().startswith("SIP/2.0 200")
        down(call, c)
        call = Call(a, "never")
        call.invite(20200, ("Supported: 100rel",))
        c.answer(c.receive("INVITE "), "180 Ringing")
        assert call.response(seconds=40).startswith("SIP/2.0 504")
        assert "acknowledged no provisional response" in box.cli("show call history voice brief")
        c.answer(c.receive("CANCEL "))
        box.configure("voice service voip\n sip\n  rel1xx disable\n")
        call = Call(a, "disabled")
        call.invite(20300, ("Require: 100rel",))
        said = call.response()
        assert said.startswith("SIP/2.0 420") and header(said, "Unsupported") == "100rel", said
        box.configure('voice service voip\n sip\n  rel1xx require "100rel"\n')
        call = Call(a, "required")
        call.invite(20400)
        said = call.response()
        assert said.startswith("SIP/2.0 421") and header(said, "Require") == "100rel", said


def longer():
    """422: the call is tried again with the interval that the peer takes."""
    with Lab() as lab:
        box_of(lab, "voice service voip\n sip\n  session refresh\n")
        a, c = End(lab, PHONE_A), End(lab, PHONE_B)
        call = Call(a, "longer")
        call.invite(20000)
        first = c.receive("INVITE ")
        assert header(first, "Session-Expires") == "1800", first
        c.answer(first, "422 Session Interval Too Small", more=("Min-SE: 3600",))
        c.receive("ACK ")
        second = c.receive("INVITE ")
        assert header(second, "Session-Expires") == "3600", second
        assert header(second, "Min-SE") == "3600" and "m=audio" in second, second
        c.answer(second, "422 Session Interval Too Small", more=("Min-SE: 3600",))
        assert call.response().startswith("SIP/2.0 422")


def ended_in_between(a, c):
    """BYE, CANCEL and silence while something else waits: all is answered, nothing is kept."""
    call = Call(a, "bye")                           # BYE while its own re-INVITE waits
    up(call, c, 20000)
    call.invite(20000)
    again = c.receive("INVITE ")
    c.answer(again, "100 Trying")
    call.request("BYE")
    assert call.response("SIP/2.0 200").startswith("SIP/2.0 200")
    assert call.response("SIP/2.0 4").startswith("SIP/2.0 487")
    c.answer(c.receive("CANCEL "))
    c.answer(again, "487 Request Terminated")
    call.request("CANCEL", cseq=call.invited, branch="INVITE")      # too late, and no harm
    c.answer(c.receive("BYE "))
    call = Call(a, "early")                         # BYE in the early dialog
    call.invite(20100)
    invite = c.receive("INVITE ")
    c.answer(invite, "180 Ringing")
    call.tag = ";" + header(call.response("SIP/2.0 180"), "To").split(";")[1]
    call.request("BYE")
    call.response("SIP/2.0 200")
    assert call.response("SIP/2.0 4").startswith("SIP/2.0 487")
    c.answer(c.receive("CANCEL "))
    c.answer(invite, "487 Request Terminated")
    call = Call(a, "info")                          # hung up there while an INFO waits
    up(call, c, 20200)
    call.request("INFO", "Signal=1\r\n")
    info = c.receive("INFO ")
    bye(c, info)
    assert call.response("SIP/2.0 4").startswith("SIP/2.0 487")
    a.answer(a.receive("BYE ", call="info"))
    c.answer(info)
    call = Call(a, "crossing")                      # a 200 that crosses the CANCEL of a re-INVITE
    up(call, c, 20300)
    call.invite(20310)
    again = c.receive("INVITE ")
    c.answer(again, "100 Trying")
    call.request("CANCEL", cseq=call.invited, branch="INVITE")
    assert call.response("SIP/2.0 4").startswith("SIP/2.0 487")
    c.receive("CANCEL ")
    c.answer(again, body=sdp(PHONE_B, 21300))
    assert header(c.receive("ACK "), "CSeq").split()[0] == header(again, "CSeq").split()[0]
    restored = c.receive("INVITE ")                 # what holds with the caller
    assert "m=audio" in restored
    c.answer(restored, body=sdp(PHONE_B, 21300))
    c.receive("ACK ")
    down(call, c)


def never_answered():
    """A re-INVITE that gets 100 and no more does not stay open for ever."""
    with Lab() as lab:
        box = box_of(lab, "sip-ua\n timers expires 60000\n")
        a, c = End(lab, PHONE_A), End(lab, PHONE_B)
        call = Call(a, "open")
        up(call, c, 20000)
        call.invite(20000)
        again = c.receive("INVITE ")
        c.answer(again, "100 Trying")
        c.answer(c.receive("CANCEL ", seconds=65))
        c.answer(again, "487 Request Terminated")
        assert call.response().startswith("SIP/2.0 487")
        call.invite(20000)
        c.answer(c.receive("INVITE "), body=sdp(PHONE_B, 21000))
        assert call.response().startswith("SIP/2.0 200")
        down(call, c)
        nothing_held(box)


def bye(end, asked, tag=""):
    """The called side hangs up, in the dialog of a request that it got."""
    to = header(asked, "To") + tag
    end.send("BYE sip:1000@%s SIP/2.0" % BOX, [
        "Via: SIP/2.0/UDP %s:%d;branch=z9hG4bKbye%s" % (end.address, end.port,
                                                        header(asked, "Call-ID")[:8]),
        "Max-Forwards: 70", "From: " + to, "To: " + header(asked, "From"),
        "Call-ID: " + header(asked, "Call-ID"), "CSeq: 77 BYE"])
    return end.receive("SIP/2.0 200")


def early_stands(a, c):
    """The answer comes in a reliable 183, and the 200 has none; then the call is put on hold."""
    for name, offers in (("stands", True), ("late", False)):
        call = Call(a, name)
        if offers:
            call.invite(20400)
        else:
            call.request("INVITE")                      # early-offer forced: the box offers
            call.invited = call.cseq
        invite = c.receive("INVITE ")
        assert "m=audio" in invite
        c.answer(invite, "183 Session Progress", body=sdp(PHONE_B, 21400),
                 more=("Require: 100rel", "RSeq: 7"))
        prack_ = c.receive("PRACK ")
        assert header(prack_, "RAck").startswith("7 "), prack_
        c.answer(prack_)
        c.answer(invite)
        ok = call.response(sdp=None if offers else sdp(PHONE_A, 20400))
        assert ok.startswith("SIP/2.0 200") and "m=audio" in ok, ok
        c.receive("ACK ")
        call.invite(20400, line="m=audio %d RTP/AVP 0\r\na=sendonly")
        again = c.receive("INVITE ")
        assert "a=sendonly" in again, again
        c.answer(again, body=sdp(PHONE_B, 21400, "m=audio %d RTP/AVP 0\r\na=recvonly"))
        assert "a=recvonly" in call.response()
        c.receive("ACK ")
        down(call, c)


def glare(a, c):
    """Both ask at once: who comes second is told 491."""
    call = Call(a, "glare")
    up(call, c, 20500)
    call.invite(20500)
    again = c.receive("INVITE ")
    c.send("INVITE sip:1000@%s SIP/2.0" % BOX, [
        "Via: SIP/2.0/UDP %s:5060;branch=z9hG4bKglare" % PHONE_B, "Max-Forwards: 70",
        "From: " + header(again, "To"), "To: " + header(again, "From"),
        "Call-ID: " + header(again, "Call-ID"), "CSeq: 5 INVITE",
        "Contact: <sip:2000@%s>" % PHONE_B], sdp(PHONE_B, 21500))
    c.receive("SIP/2.0 491")
    c.answer(again, body=sdp(PHONE_B, 21500))
    assert call.response().startswith("SIP/2.0 200")
    c.receive("ACK ")
    down(call, c)


def forks(a, c):
    """Two telephones answer one INVITE: the second is acknowledged and sent a BYE."""
    call = Call(a, "forks")
    call.invite(20000)
    invite = c.receive("INVITE ")
    for tag in ("one", "two"):
        c.answer(invite, "180 Ringing", tag=tag)
    c.answer(invite, tag="one", body=sdp(PHONE_B, 21000))
    assert call.response().startswith("SIP/2.0 200")
    assert header(c.receive("ACK "), "To").endswith(";tag=one")
    for _ in range(2):                              # and its repetition
        c.answer(invite, tag="two", body=sdp(PHONE_B, 21002))
        assert header(c.receive("ACK "), "To").endswith(";tag=two")
    said = c.receive("BYE ")
    assert header(said, "To").endswith(";tag=two")
    c.answer(said)
    down(call, c)


def redirected(a, c):
    """302: the caller is told the number, at our address; the same number again is no answer."""
    for name, there, status in (("other", "2345", "302"), ("same", "2000", "480")):
        call = Call(a, name)
        call.invite(20000)
        c.answer(c.receive("INVITE "), "302 Moved Temporarily",
                 more=("Contact: <sip:%s@192.0.2.7>" % there,), contact=False)
        said = call.response()
        assert said.startswith("SIP/2.0 " + status), said
        if status == "302":
            assert header(said, "Contact").startswith("<sip:2345@%s:5060" % BOX), said
        assert "192.0.2.7" not in said, said


def unusual():
    with Lab(workers=2) as lab:
        box = box_of(lab, more="voice-class sip early-offer forced")
        a, c = End(lab, PHONE_A), End(lab, PHONE_B)
        for scenario in (ended_in_between, early_stands, glare, forks, redirected, stated,
                         names_of_people):
            scenario(a, c)
        nothing_held(box)


def late_address():
    """The host gets the address that the box binds when the box is up already."""
    with Lab(workers=3) as lab:
        box = box_of(lab, "interface GigabitEthernet0/0\n ip address 10.72.86.99 255.255.255.0\n")
        box.wait_log("SIP-2-LISTEN_SOCKET: .*10.72.86.99.*this host does not have that address")
        subprocess.run(lab.host(BOX).inside(["ip", "addr", "add", "10.72.86.99/24", "dev", "eth0"]),
                       check=True)
        box.wait_log("SIP-5-LISTEN_SOCKET: Listen socket opened now: ip_addr=10.72.86.99, port=5060", 15)
        a = End(lab, PHONE_A)
        a.box = "10.72.86.99"
        for n in range(8):                              # whichever worker they come to
            call = Call(a, "late%d" % n)
            call.request("OPTIONS")
            assert call.response().startswith("SIP/2.0 200")
        assert box.log().count("SIP-2-LISTEN_SOCKET") == 2


def from_elsewhere():
    """The peer's Contact is another address of its own, which nobody has called trusted: what belongs
    to the call comes through from there, nothing else does."""
    with Lab(workers=3) as lab:
        box = box_of(lab)
        box.configure("voice service voip\n ip address trusted list\n  no ipv4 10.72.86.0 255.255.255.0\n"
                      "  ipv4 %s\n" % PHONE_A)
        a, c, other = End(lab, PHONE_A), End(lab, PHONE_B), End(lab, PHONE_C)
        for n in range(4):
            call = Call(a, "there%d" % n)
            call.invite(20000)
            c.answer(c.receive("INVITE "), tag="x", body=sdp(PHONE_B, 21000), contact=False,
                     more=("Contact: <sip:gw@%s:5060>" % PHONE_C,))
            assert call.response().startswith("SIP/2.0 200")
            other.receive("ACK ")
            if n % 2:
                call.request("BYE")
                other.answer(other.receive("BYE "))
                assert call.response().startswith("SIP/2.0 200")
                continue
            call.request("OPTIONS")
            call.response()
            call.request("INFO", "Signal=1\r\n")
            info = other.receive("INFO ")
            other.answer(info)
            call.response()
            bye(other, info)
            a.answer(a.receive("BYE ", call="there%d" % n))
        no_calls(box)
        stranger = Call(other, "stranger")
        stranger.invite(20100)
        stranger.tag = ";tag=00" + "A" * 16             # of the form of ours, and none of ours
        stranger.request("BYE")
        other.send("SIP/2.0 200 OK", ["Via: SIP/2.0/UDP %s;branch=z9hG4bK00%s" % (BOX, "A" * 16),
                                      "To: <sip:a>", "From: <sip:b>;tag=c", "Call-ID: d",
                                      "CSeq: 1 BYE"])
        try:
            raise AssertionError("a stranger is answered: " + other.receive("SIP/2.0", seconds=1))
        except TimeoutError:
            pass
        assert "discarded as untrusted: 3\n" in box.cli("show ip address trusted list")



def rtp_socket(lab, address, port):
    with lab.host(address).entered():
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind((address, port))
    s.settimeout(3)
    return s


def digits():
    """telephone-event crosses with each side's own payload number, the audio with its own."""
    nte = "m=audio %%d RTP/AVP 0 %d\r\na=rtpmap:%d telephone-event/8000\r\na=fmtp:%d 0-15"
    with Lab() as lab:
        box = box_of(lab)
        a, c = End(lab, PHONE_A), End(lab, PHONE_B)
        call = Call(a, "digits")
        call.invite(20000, line=nte % (96, 96, 96))
        invite = c.receive("INVITE ")
        offered = int(re.search(r"a=rtpmap:(\d+) telephone-event/8000", invite).group(1))
        assert offered == 101, invite
        c.answer(invite, tag="cdigits", body=sdp(PHONE_B, 21000, nte % (98, 98, 98)))
        ok = call.response()
        assert "a=rtpmap:96 telephone-event/8000" in ok and " 98" not in ok, ok
        c.receive("ACK ")
        here, there = rtp_socket(lab, PHONE_A, 20000), rtp_socket(lab, PHONE_B, 21000)
        for sends, to, hears, goes, comes in ((here, media(ok), there, 96, 98),
                                              (there, media(invite), here, 98, 96)):
            for sequence, payload in ((1, 0), (2, goes), (3, goes | 0x80)):
                sends.sendto(struct.pack("!BBHII", 0x80, payload, sequence, sequence * 160, 7)
                             + b"\x05\x0a\x00\xa0", (BOX, to))
                got = hears.recv(2000)
                wanted = payload if not payload else comes | (payload & 0x80)
                assert got[1] == wanted and got[12:] == b"\x05\x0a\x00\xa0", (payload, got)
        down(call, c)
        no_calls(box)


def moved():
    """The port changes under a call: the call is heard where it began, nothing else is."""
    with Lab(workers=3) as lab:
        box = box_of(lab)
        a, c = End(lab, PHONE_A), End(lab, PHONE_B)
        call = Call(a, "moved")
        _, invite = up(call, c, 20000)
        box.configure("voice service voip\n sip\n  listen-port non-secure 5070\n")
        new = Call(a, "new")
        new.invite(20100)
        new.request("OPTIONS")
        try:
            raise AssertionError("answered at the old port: " + a.receive("SIP/2.0", seconds=1))
        except TimeoutError:
            pass
        assert bye(c, invite, ";tag=cmoved")
        a.answer(a.receive("BYE ", call="moved"))
        no_calls(box)
        a.port_of_box = 5070
        there = Call(a, "there")
        ok, _ = up(there, c, 20200)
        assert header(ok, "Contact").startswith("<sip:2000@%s:5070" % BOX), ok
        down(there, c)


def stated(a, c):
    """What a request states: where answers go, what it requires, names that are folded, long or
    escaped, the same INVITE by two ways."""
    call = Call(a, "stated")
    _, invite = up(call, c, 20600)
    elsewhere = End(a.lab, PHONE_A, port=5090)          # answers go to the port of the Via
    asked = ["Max-Forwards: 70", "To: <sip:%s>" % BOX, "From: <sip:x@%s>;tag=q" % PHONE_A,
             "Call-ID: q", "CSeq: 1 OPTIONS"]
    via = "Via: SIP/2.0/UDP %s:5060;branch=z9hG4bKq%d"
    elsewhere.send("OPTIONS sip:%s SIP/2.0" % BOX, [via % (PHONE_A, 1)] + asked)
    assert ";received" not in header(a.receive("SIP/2.0 200", call="q"), "Via")
    elsewhere.send("OPTIONS sip:%s SIP/2.0" % BOX, [via % (PHONE_A, 2) + ";rport"] + asked)
    said = header(elsewhere.receive("SIP/2.0 200", call="q"), "Via")
    assert ";rport=5090" in said and ";received=" + PHONE_A in said, said
    for words, unknown in (("timer, precondition", "precondition"), ("TIMERX", "TIMERX")):
        call.invite(20600, ("Require: " + words,))
        said = call.response()
        assert said.startswith("SIP/2.0 420") and header(said, "Unsupported") == unknown, said
    tag, call.tag = call.tag, "\r\n ; tag = " + call.tag[5:]      # folds and blanks are legal
    call.request("INFO", "Signal=2\r\n")
    c.answer(c.receive("INFO "))
    assert call.response().startswith("SIP/2.0 200")
    call.tag = tag
    down(call, c)
    long = Call(a, "x" * 140)
    long.invite(20610)
    said = long.response()
    assert said.startswith("SIP/2.0 400"), said
    merged = Call(a, "merged")
    merged.invite(20620)
    first = c.receive("INVITE ")
    merged.cseq -= 1
    merged.request("INVITE", sdp(PHONE_A, 20620), branch="other")
    a.receive("SIP/2.0 482", call="merged")
    merged.request("ACK", cseq=merged.cseq, branch="other")
    c.answer(first, "486 Busy Here")
    assert merged.response().startswith("SIP/2.0 486")


def names_of_people(a, c):
    """A display name is quoted again, whole characters of it; nothing in a number ends a URI."""
    for n, (name, there) in enumerate((
            ('"Long %s"' % ("ü" * 60), r'^"Long ü+" <sip:1000@'), ("Bob", r'^"Bob" <sip:1000@'),
            ('"a \\"b\\" c"', r'^"a \\"b\\" c" <sip:1000@'), ("", r"^<sip:1000@"))):
        call = Call(a, "people%d" % n)
        call.display = name
        call.invite(20700)
        invite = c.receive("INVITE ")
        assert re.search(there, header(invite, "From")), invite
        c.answer(invite, "486 Busy Here")
        call.response()
    call = Call(a, "escaped", "2000%3E%3Btag=x%40h")
    call.invite(20700)
    invite = c.receive("INVITE ")
    assert header(invite, "To") == "<sip:2000%%3E@%s>" % PHONE_B, invite
    c.answer(invite, "486 Busy Here")
    call.response()


def over_tcp():
    """In over TCP, out over UDP: answers and requests of the dialog keep to the connection."""
    for workers in (1, 3):
        with Lab(workers=workers) as lab:
            box = box_of(lab)
            a, c = End(lab, PHONE_A, tcp=True), End(lab, PHONE_B)
            a.socket.sendall(b"\r\n\r\n")             # RFC 5626 3.5.1
            assert a.socket.recv(10) == b"\r\n"
            for number in range(4):                     # on whichever worker they come
                call = Call(a, "tcp%d" % number)
                ok, invite = up(call, c, 20000 + number)
                assert "SIP/2.0/UDP" in header(invite, "Via"), invite
                assert ";transport=tcp" in header(ok, "Contact"), ok
                if number % 2:
                    down(call, c)
                    continue
                contact = header(invite, "Contact").strip("<>")
                c.send("BYE %s SIP/2.0" % contact, [
                    "Via: SIP/2.0/UDP %s:5060;branch=z9hG4bKbye%d" % (PHONE_B, number),
                    "Max-Forwards: 70", "From: %s;tag=ctcp%d" % (header(invite, "To"), number),
                    "To: " + header(invite, "From"), "Call-ID: " + header(invite, "Call-ID"),
                    "CSeq: 1 BYE"])
                c.receive("SIP/2.0 200")
                a.answer(a.receive("BYE ", call="tcp%d" % number))
            no_calls(box)
            assert "Remote-Agent:%s, Connections-Count:1" % PHONE_A in box.cli(
                "show sip-ua connections tcp detail")


def called_back():
    """The caller's connection is gone when the called side hangs up: the BYE goes to its Contact, by
    one connection for all calls, whichever workers they are on."""
    with Lab(workers=3) as lab:
        box = box_of(lab)
        a, c = End(lab, PHONE_A, tcp=True), End(lab, PHONE_B)
        invites = [up(Call(a, "back%d" % n), c, 20000 + 2 * n)[1] for n in range(6)]
        with lab.host(PHONE_A).entered():
            listener = socket.create_server((PHONE_A, 5060))
        a.socket.close()
        time.sleep(0.5)
        for n, invite in enumerate(invites):
            assert bye(c, invite, ";tag=cback%d" % n)
        a.socket = listener.accept()[0]
        seen = set()
        for _ in range(6):
            said = a.receive("BYE ")
            seen.add(header(said, "Call-ID"))
            a.answer(said)
        assert seen == {"back%d" % n for n in range(6)}, seen
        no_calls(box)
        listener.settimeout(0.5)
        try:
            raise AssertionError("a second connection: %s" % (listener.accept(),))
        except TimeoutError:
            pass


if __name__ == "__main__":
    # The timers take their time: they are a test of their own.
    play("dialogs", [timers] if "timers" in sys.argv else [never_answered] if "never" in sys.argv else
         [refused_in_words, hunting, reliably, longer, unusual, late_address, from_elsewhere, digits, moved, over_tcp, called_back])
