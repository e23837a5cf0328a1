# SPDX-License-Identifier: GPL-3.0-or-later
"""SIPp as the peers of a call: scenarios written as lists of steps, counted by its own statistics.

A scenario is a list made of invite(), send(), recv(), reply() ... ; Sipp runs it on an address of its
own.  caller() and callee() are the two ends of a plain call, which tests change where they differ."""

import csv
import glob
import os
import subprocess
import time

SDP = """v=0
o=peer 53655765 2353687637 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a={direction}
"""
END = "Content-Length: 0\n\n"


def body(direction="sendrecv"):
    return "Content-Type: application/sdp\nContent-Length: [len]\n\n" + SDP.format(direction=direction)


def _step(kind, attributes, text="", actions=""):
    if kind == "send":
        return '<send%s><![CDATA[\n\n%s\n]]></send>\n' % (attributes, text)
    if actions:
        return "<%s%s><action>%s</action></%s>\n" % (kind, attributes, actions, kind)
    return "<%s%s/>\n" % (kind, attributes)


def recv(code=None, request=None, optional=False, rrs=False, header=None, timeout=None):
    """Wait for a response or a request; header: (pattern, what for) that it must match."""
    at = ' response="%s"' % code if code else ' request="%s"' % request
    at += ' optional="true"' if optional else ""
    at += ' rrs="true"' if rrs else ""
    at += ' timeout="%d"' % timeout if timeout else ""
    actions = ""
    if header:
        actions = '<ereg regexp="%s" search_in="msg" check_it="true" assign_to="1"/>' \
                  '<log message="[$1]"/>' % header
    return _step("recv", at, actions=actions)


def refuse_if(pattern, code=None, request=None, rrs=False):
    """Wait for a message in which this must not be."""
    at = ' response="%s"' % code if code else ' request="%s"' % request
    at += ' rrs="true"' if rrs else ""
    return _step("recv", at, actions='<ereg regexp="%s" search_in="msg" check_it_inverse="true" '
                                     'assign_to="1"/><log message="[$1]"/>' % pattern)


def pause(ms):
    return '<pause milliseconds="%d"/>\n' % ms


def send(text, retrans=False):
    return _step("send", ' retrans="500"' if retrans else "", text)


# ---- the caller ------------------------------------------------------------------------------


def invite(cseq=1, sdp=True, extra="", direction="sendrecv", max_forwards=70, method="INVITE"):
    return send("%s sip:[service]@[remote_ip]:[remote_port] SIP/2.0\n"
                "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"
                "From: caller <sip:2000@[local_ip]:[local_port]>;tag=[pid]A[call_number]\n"
                "To: <sip:[service]@[remote_ip]:[remote_port]>\n"
                "Call-ID: [call_id]\nCSeq: %d %s\n"
                "Contact: <sip:2000@[local_ip]:[local_port];transport=[transport]>\n"
                "Max-Forwards: %d\n%s" % (method, cseq, method, max_forwards, extra)
                + (body(direction) if sdp else END), retrans=True)


def request(method, cseq, extra="", sdp=None, retrans=True):
    """Within the dialog that an answer has made."""
    return send("%s [next_url] SIP/2.0\n"
                "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"
                "From: caller <sip:2000@[local_ip]:[local_port]>;tag=[pid]A[call_number]\n"
                "To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]\n"
                "[routes]\n"
                "Call-ID: [call_id]\nCSeq: %d %s\n"
                "Contact: <sip:2000@[local_ip]:[local_port];transport=[transport]>\n"
                "Max-Forwards: 70\n%s" % (method, cseq, method, extra)
                + (body(sdp) if sdp else END), retrans=retrans)


def ack(cseq=1, sdp=None):
    return request("ACK", cseq, sdp=sdp, retrans=False)


def ack_refusal(cseq=1):
    return send("ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0\n"
                "[last_Via:]\n"
                "From: caller <sip:2000@[local_ip]:[local_port]>;tag=[pid]A[call_number]\n"
                "[last_To:]\nCall-ID: [call_id]\nCSeq: %d ACK\nMax-Forwards: 70\n%s" % (cseq, END))


def cancel(cseq=1):
    return send("CANCEL sip:[service]@[remote_ip]:[remote_port] SIP/2.0\n"
                "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch-3]\n"
                "From: caller <sip:2000@[local_ip]:[local_port]>;tag=[pid]A[call_number]\n"
                "To: <sip:[service]@[remote_ip]:[remote_port]>\n"
                "Call-ID: [call_id]\nCSeq: %d CANCEL\nMax-Forwards: 70\n%s" % (cseq, END),
                retrans=True)


def raw(text):
    """A part of a scenario that is none of the steps above."""
    return text


def bye(cseq=2):
    return request("BYE", cseq) + recv(200)


# ---- the called party ------------------------------------------------------------------------


def reply(code, phrase, sdp=None, extra="", tag=True, contact=True, retrans=False):
    return send("SIP/2.0 %d %s\n[last_Via:]\n[last_Record-Route:]\n[last_From:]\n[last_To:]%s\n"
                "[last_Call-ID:]\n[last_CSeq:]\n%s%s"
                % (code, phrase, ";tag=[pid]B[call_number]" if tag else "",
                   "Contact: <sip:called@[local_ip]:[local_port];transport=[transport]>\n"
                   if contact else "", extra) + (body(sdp) if sdp else END), retrans=retrans)


def again(code, phrase, sdp=None, extra=""):
    """An answer within the dialog: its To has a tag already."""
    return reply(code, phrase, sdp=sdp, extra=extra, tag=False)


def ringing():
    return reply(180, "Ringing")


def answer(sdp="sendrecv"):
    return reply(200, "OK", sdp=sdp, retrans=True) + recv(request="ACK")


def ended():
    return recv(request="BYE") + again(200, "OK")


def answered():
    """What the caller sees up to the answer, which it acknowledges."""
    return recv(100, optional=True) + recv(180, optional=True) + recv(200, rrs=True) + ack()


# ---- running it ------------------------------------------------------------------------------


class Sipp:
    """One SIPp.  remote None: it waits for calls."""

    def __init__(self, directory, name, steps, ip, remote=None, calls=1, port=5060, service="1001",
                 rate=10, transport="u1", options=(), netns=None):
        self.dir = os.path.join(directory, "%s-%d" % (name, time.monotonic_ns()))
        self.name, self.calls = name, calls
        os.mkdir(self.dir)
        with open(os.path.join(self.dir, name + ".xml"), "w") as f:
            f.write('<?xml version="1.0" encoding="ISO-8859-1"?>\n<scenario name="%s">\n%s'
                    "</scenario>\n" % (name, "".join(steps)))
        command = ["sipp"] + ([remote] if remote else [])
        command += ["-sf", name + ".xml", "-i", ip, "-p", str(port), "-m", str(calls), "-r",
                    str(rate), "-s", service, "-t", transport, "-nostdin", "-trace_err", "-trace_msg",
                    "-trace_stat", "-stf", "stat.csv", "-fd", "1", "-timeout", "40",
                    "-timeout_error", "-recv_timeout", "20000"] + list(options)
        command = (["ip", "netns", "exec", netns] if netns else []) + command
        self.out = open(os.path.join(self.dir, "out"), "wb")
        self.process = subprocess.Popen(command, cwd=self.dir, stdin=subprocess.DEVNULL,
                                        stdout=self.out, stderr=subprocess.STDOUT,
                                        env=dict(os.environ, TERM="xterm"))
        if not remote:
            time.sleep(0.4)

    def _read(self, pattern):
        text = ""
        for path in sorted(glob.glob(os.path.join(self.dir, pattern))):
            with open(path, errors="replace") as f:
                text += f.read()
        return text

    def messages(self):
        return self._read("*_messages.log")

    def explain(self):
        return "%s\n%s\n%s" % (self._read("*_errors.log")[-3000:], self.messages()[-6000:],
                               self._read("out")[-300:])

    def counts(self):
        """(successful calls, failed calls) of its statistics file."""
        with open(os.path.join(self.dir, "stat.csv"), newline="") as f:
            last = list(csv.DictReader(f, delimiter=";"))[-1]
        return int(last["SuccessfulCall(C)"]), int(last["FailedCall(C)"])

    def finish(self, seconds=45):
        """Wait for it: all its calls went as they should."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("%s does not end:\n%s" % (self.name, self.explain()))
        self.out.close()
        assert code == 0, "%s: exit %d\n%s" % (self.name, code, self.explain())
        good, bad = self.counts()
        assert (good, bad) == (self.calls, 0), "%s: %d good, %d bad" % (self.name, good, bad)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.out.close()
