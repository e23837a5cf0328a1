# SPDX-License-Identifier: GPL-3.0-or-later
"""One end of SIP calls over UDP or TCP, spoken by hand: for what no telephone does of itself."""

import re
import socket

BOX = "10.72.86.86"


def sdp(address, port, line="m=audio %d RTP/AVP 0"):
    return ("v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n%s\r\n"
            % (address, address, line % port))


def header(message, name):
    found = re.search(r"(?mi)^%s: (.*?)\r$" % name, message)
    return found.group(1) if found else None


def media(message):
    return int(re.search(r"m=audio (\d+)", message).group(1))


class End:
    """A socket of a host of the lab, speaking with the box."""

    def __init__(self, lab, address, tcp=False, port=5060):
        self.lab = lab
        self.address, self.port, self.tcp, self.buffer = address, port, tcp, b""
        self.box, self.port_of_box = BOX, 5060
        with lab.host(address).entered():
            if tcp:
                self.socket = socket.create_connection((BOX, 5060), 5)
            else:
                self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                self.socket.bind((address, port))
        self.socket.settimeout(5)

    def send(self, first, headers, body=""):
        lines = [first] + headers + (["Content-Type: application/sdp"] if body else [])
        lines.append("Content-Length: %d" % len(body))
        bytes_ = ("\r\n".join(lines) + "\r\n\r\n" + body).encode()
        if self.tcp:
            self.socket.sendall(bytes_)
        else:
            self.socket.sendto(bytes_, (self.box, self.port_of_box))

    def _one(self):
        if not self.tcp:
            return self.socket.recv(65535).decode()
        while True:
            head, end, rest = self.buffer.partition(b"\r\n\r\n")
            if end:
                size = int(header(head.decode() + "\r\n", "Content-Length"))
                if len(rest) >= size:
                    self.buffer = rest[size:]
                    return (head + end + rest[:size]).decode()
            got = self.socket.recv(65535)
            assert got, "the box closed the connection"
            self.buffer += got

    def receive(self, *first, seconds=5, call=None):
        """The next message that begins so (of that call); all others are passed over."""
        self.socket.settimeout(seconds)
        while True:
            text = self._one()
            if text.startswith(first) and (call is None or header(text, "Call-ID") == call):
                return text

    def answer(self, asked, status="200 OK", tag="c", body="", more=(), contact=True):
        copied = [line for line in asked.split("\r\n\r\n")[0].split("\r\n")
                  if re.match(r"(?i)(via|from|call-id|cseq):", line)]
        to = header(asked, "To") + ("" if ";tag=" in header(asked, "To") else ";tag=" + tag)
        own = ["Contact: <sip:2000@%s:%d>" % (self.address, self.port)] * contact
        self.send("SIP/2.0 " + status, copied + ["To: " + to] + own + list(more), body)


class Call:
    """The calling side's dialog."""

    def __init__(self, end, name, number="2000"):
        self.end, self.name, self.number = end, name, number
        self.display = ""
        self.cseq, self.invited, self.tag, self.uri = 0, 0, "", "sip:%s@%s" % (number, BOX)

    def request(self, method, body="", more=(), cseq=None, branch=None):
        if cseq is None:
            self.cseq += 1
        kind = "TCP" if self.end.tcp else "UDP"
        self.end.send("%s %s SIP/2.0" % (method, self.uri), [
            "Via: SIP/2.0/%s %s:5060;branch=z9hG4bK%s%s%d" % (
                kind, self.end.address, self.name, branch or method, cseq or self.cseq),
            "Max-Forwards: 70", "From: %s<sip:1000@%s>;tag=a%s" % (
                self.display and self.display + " ", self.end.address, self.name),
            "To: <sip:%s@%s>%s" % (self.number, BOX, self.tag), "Call-ID: " + self.name,
            "CSeq: %d %s" % (cseq or self.cseq, method),
            "Contact: <sip:1000@%s%s>" % (self.end.address, ";transport=tcp" if self.end.tcp else "")]
            + list(more), body)

    def invite(self, port, more=(), line="m=audio %d RTP/AVP 0"):
        self.request("INVITE", sdp(self.end.address, port, line), more)
        self.invited = self.cseq

    def response(self, *first, seconds=5, sdp=None):
        """The next final response (or one that begins so), acknowledged; sdp: the answer in that."""
        text = self.end.receive(*(first or ("SIP/2.0 2", "SIP/2.0 3", "SIP/2.0 4", "SIP/2.0 5",
                                            "SIP/2.0 6")), seconds=seconds, call=self.name)
        if "INVITE" in header(text, "CSeq") and not text.startswith("SIP/2.0 1"):
            tag = re.search(r";tag=\w+", header(text, "To"))
            if text.startswith("SIP/2.0 2"):
                self.tag = tag.group(0)
                self.uri = re.search(r"<(.*)>", header(text, "Contact")).group(1)
            self.ack(tag.group(0) if tag else "", text.startswith("SIP/2.0 2"), sdp or "")
        return text

    def ack(self, tag, good, body=""):
        was, self.tag = self.tag, tag
        self.request("ACK", body, cseq=self.invited, branch=None if good else "INVITE")
        self.tag = was if not good else tag
