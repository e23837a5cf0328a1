#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls over UDP between two SIPps, one on each side of the box: udp.py WORKERS [NAME...].

Every scenario says what both ends send and see.  All must end as they should (SIPp's own counters),
nothing of one side's addresses may show on the other, and the box must end clean."""

import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
import box as b  # noqa: E402
import sipp as s  # noqa: E402

BOX, CALLER, CALLED = "127.0.0.1", "127.0.0.2", "127.0.0.3"
CONFIG = """hostname box
interface Loopback0
 ip address 127.0.0.1 255.0.0.0
voice service voip
 ip address trusted list
  ipv4 127.0.0.2 255.255.255.255
 address-hiding
 allow-connections sip to sip
 sip
  bind control source-interface Loopback0
  bind media source-interface Loopback0
%s
dial-peer voice 100 voip
 destination-pattern 1...
 session protocol sipv2
 session target ipv4:127.0.0.3:5060
 session transport udp
 dtmf-relay rtp-nte
 codec g711ulaw
dial-peer voice 200 voip
 session protocol sipv2
 incoming called-number .T
 dtmf-relay rtp-nte
 codec g711ulaw
"""
INFO = "Content-Type: application/dtmf-relay\nContent-Length: [len]\n\nSignal=5\nDuration=160\n"

SCENARIOS = {}


def scenario(**options):
    """Both ends' steps, as a function that returns them; options: config, service, calls."""
    def keep(function):
        SCENARIOS[function.__name__] = (function, options)
        return function
    return keep


@scenario(calls=5)
def basic():
    """Ringing, answer, BYE by the caller."""
    return (s.invite() + s.recv(100) + s.recv(180) + s.recv(200, rrs=True) + s.ack()
            + s.pause(300) + s.bye(),
            s.recv(request="INVITE") + s.ringing() + s.answer() + s.ended())


@scenario()
def hiding():
    """Nothing of the called side reaches the caller, nor the other way round."""
    return (s.invite() + s.recv(100) + s.refuse_if(CALLED.replace(".", "[.]"), code=200, rrs=True)
            + s.ack() + s.bye(),
            s.refuse_if(CALLER.replace(".", "[.]"), request="INVITE") + s.answer() + s.ended())


@scenario()
def cancelled():
    """The caller gives up while it rings."""
    return (s.invite() + s.recv(100) + s.recv(180) + s.cancel() + s.recv(200) + s.recv(487)
            + s.ack_refusal(),
            s.recv(request="INVITE") + s.ringing() + s.recv(request="CANCEL")
            + s.raw(CANCEL_200) + s.raw(INVITE_487) + s.recv(request="ACK"))


@scenario()
def busy():
    """486 goes through."""
    return (s.invite() + s.recv(100) + s.recv(486) + s.ack_refusal(),
            s.recv(request="INVITE") + s.reply(486, "Busy Here", contact=False, retrans=True)
            + s.recv(request="ACK"))


@scenario(service="9999", alone=True)
def no_dial_peer():
    """A number that nobody serves."""
    return s.invite() + s.recv(100, optional=True) + s.recv(404) + s.ack_refusal(), None


@scenario(alone=True)
def max_forwards():
    """A request that may go no further."""
    return s.invite(max_forwards=0) + s.recv(100, optional=True) + s.recv(483) + s.ack_refusal(), None


@scenario(alone=True)
def options():
    """Is anybody there?"""
    return s.invite(method="OPTIONS", sdp=False) + s.recv(200), None


@scenario()
def delayed_offer():
    """The offer comes with the answer."""
    return (s.invite(sdp=False) + s.recv(100) + s.recv(200, rrs=True, header="m=audio")
            + s.ack(sdp="sendrecv") + s.bye(),
            s.refuse_if("m=audio", request="INVITE") + s.reply(200, "OK", sdp="sendrecv", retrans=True)
            + s.recv(request="ACK", header="m=audio") + s.ended())


@scenario(config="  early-offer forced")
def early_offer_forced():
    """The caller offers nothing, the box does."""
    return (s.invite(sdp=False) + s.recv(100) + s.recv(200, rrs=True, header="m=audio")
            + s.ack(sdp="sendrecv") + s.bye(),
            s.recv(request="INVITE", header="m=audio") + s.answer() + s.ended())


@scenario()
def early_media():
    """183 with a body, then the same answer."""
    return (s.invite() + s.recv(100) + s.recv(183, header="m=audio") + s.recv(200, rrs=True) + s.ack()
            + s.bye(),
            s.recv(request="INVITE") + s.reply(183, "Session Progress", sdp="sendrecv") + s.pause(200)
            + s.answer() + s.ended())


@scenario()
def hold():
    """Held and taken back by re-INVITE."""
    return (s.invite() + s.answered()
            + s.request("INVITE", 2, sdp="sendonly") + s.recv(100, optional=True)
            + s.recv(200, rrs=True, header="a=recvonly") + s.ack(2) + s.pause(300)
            + s.request("INVITE", 3, sdp="sendrecv") + s.recv(100, optional=True)
            + s.refuse_if("a=recvonly|a=inactive", code=200, rrs=True) + s.ack(3) + s.bye(4),
            s.recv(request="INVITE") + s.answer()
            + s.recv(request="INVITE", header="a=sendonly") + s.again(200, "OK", sdp="recvonly")
            + s.recv(request="ACK")
            + s.refuse_if("a=sendonly|a=inactive", request="INVITE")
            + s.again(200, "OK", sdp="sendrecv") + s.recv(request="ACK") + s.ended())


@scenario()
def update():
    """UPDATE with an offer, in the call."""
    return (s.invite(extra="Allow: INVITE, ACK, CANCEL, BYE, UPDATE\n") + s.answered()
            + s.request("UPDATE", 2, sdp="sendonly") + s.recv(200, rrs=True, header="a=recvonly")
            + s.bye(3),
            s.recv(request="INVITE")
            + s.reply(200, "OK", sdp="sendrecv", retrans=True,
                      extra="Allow: INVITE, ACK, CANCEL, BYE, UPDATE\n") + s.recv(request="ACK")
            + s.recv(request="UPDATE", header="a=sendonly") + s.again(200, "OK", sdp="recvonly")
            + s.ended())


@scenario()
def info():
    """INFO passes with its body."""
    return (s.invite() + s.answered() + s.raw(INFO_5) + s.recv(200) + s.bye(3),
            s.recv(request="INVITE") + s.answer()
            + s.recv(request="INFO", header="Signal=5") + s.again(200, "OK") + s.ended())


@scenario()
def prack():
    """A reliable 183, acknowledged."""
    return (s.invite(extra="Require: 100rel\n") + s.recv(100)
            + s.raw(RSEQ_KEPT) + s.raw(PRACK) + s.recv(200)
            + s.recv(200, rrs=True) + s.ack() + s.bye(3),
            s.raw(KEPT) + s.reply(183, "Session Progress", sdp="sendrecv", retrans=True,
                      extra="Require: 100rel\nRSeq: 1\n")
            + s.recv(request="PRACK", header="RAck: *1 ") + s.again(200, "OK")
            + s.raw(INVITE_200) + s.recv(request="ACK") + s.ended())


@scenario()
def hung_up_there():
    """The called party ends the call."""
    return (s.invite() + s.answered() + s.recv(request="BYE") + s.again(200, "OK"),
            s.raw(FROM_KEPT) + s.reply(200, "OK", sdp="sendrecv", retrans=True)
            + s.recv(request="ACK") + s.pause(200) + s.raw(BYE_BACK) + s.recv(200))


@scenario()
def not_acceptable():
    """No codec in common: refused, and nobody is rung."""
    return (s.invite().replace("RTP/AVP 0 101", "RTP/AVP 18").replace("a=rtpmap:0 PCMU/8000\n", "")
            + s.recv(100, optional=True) + s.recv(488) + s.ack_refusal(), None)


SCENARIOS["not_acceptable"][1]["alone"] = True


# ---- steps that need what an earlier message said -------------------------------------------------------


# the INVITE's Via and CSeq are kept in $2 and $3
KEPT = ('<recv request="INVITE"><action>'
        '<ereg regexp="100rel" search_in="msg" check_it="true" assign_to="1"/>'
        '<ereg regexp=".*" search_in="hdr" header="Via:" assign_to="2"/>'
        '<ereg regexp=".*" search_in="hdr" header="CSeq:" assign_to="3"/>'
        '<log message="[$1]"/></action></recv>\n')
INVITE_200 = s.send("SIP/2.0 200 OK\nVia: [$2]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n"
                    "CSeq: [$3]\n"
                    "Contact: <sip:called@[local_ip]:[local_port];transport=[transport]>\n" + s.END,
                    retrans=True)
FROM_KEPT = ('<recv request="INVITE" rrs="true"><action>'
             '<ereg regexp=".*" search_in="hdr" header="From:" assign_to="1"/></action></recv>\n')
CANCEL_200 = s.again(200, "OK").replace("[last_To:]", "[last_To:];tag=[pid]B[call_number]")
INVITE_487 = s.send("SIP/2.0 487 Request Terminated\n[last_Via:]\n[last_From:]\n"
                    "[last_To:];tag=[pid]B[call_number]\n[last_Call-ID:]\nCSeq: [last_cseq_number] "
                    "INVITE\n" + s.END, retrans=True)
INFO_5 = s.request("INFO", 2).replace("Content-Length: 0\n\n", INFO)
PRACK = s.request("PRACK", 2, extra="RAck: [$1] 1 INVITE\n")
RSEQ_KEPT = ('<recv response="183" rrs="true"><action>'
             '<ereg regexp="[0-9]+" search_in="hdr" header="RSeq:" check_it="true" assign_to="1"/>'
             "</action></recv>\n")
BYE_BACK = s.send("BYE [next_url] SIP/2.0\n"
                  "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"
                  "From: <sip:called@[local_ip]>;tag=[pid]B[call_number]\n"
                  "To: [$1]\n[routes]\n"
                  "Call-ID: [call_id]\nCSeq: 1 BYE\nMax-Forwards: 70\n" + s.END, retrans=True)


def run(name, workers, directory):
    function, how = SCENARIOS[name]
    caller, called = function()
    calls = how.get("calls", 1)
    with b.Box(CONFIG % how.get("config", ""), workers=workers) as box:
        there = s.Sipp(directory, "called", called, CALLED, calls=calls) if called else None
        try:
            s.Sipp(directory, "caller", caller, CALLER, remote=BOX + ":5060", calls=calls,
                   service=how.get("service", "1001")).finish()
            if there:
                there.finish()
        except AssertionError as e:
            raise AssertionError("%s\n--- the called side\n%s" % (e, there.explain() if there else ""))
        finally:
            if there:
                there.kill()
        b.wait_for("no call is left", 10,
                   lambda: "Total call-legs: 0" in box.cli("show call active voice brief"))


def main():
    b.own_network()
    workers, names, failed = int(sys.argv[1]), sys.argv[2:] or list(SCENARIOS), []
    for name in names:
        with tempfile.TemporaryDirectory() as directory:
            try:
                run(name, workers, directory)
                print("udp: %s: passed" % name, flush=True)
            except AssertionError as e:
                failed.append(name)
                print("udp: %s: FAILED: %s" % (name, e), flush=True)
    print("udp: %d workers: %d passed, %d failed %s"
          % (workers, len(names) - len(failed), len(failed), " ".join(failed)))
    return 1 if failed else 0


sys.exit(main())
