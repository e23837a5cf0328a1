#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What reaches the log's destinations: syslog servers over UDP and TCP in both forms, the buffer by
severity, stamps, sequence numbers and the local time.  logging.py [NAME...]"""

import os
import re
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers"))
import box as b  # noqa: E402
from lab import play  # noqa: E402

CONFIG = """hostname edge1
interface Loopback0
 ip address 127.0.0.1 255.0.0.0
"""


def udp_server(port=514):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("127.0.0.9", port))
    s.settimeout(5)
    return s


def events(box, number=1):
    """Something that is logged: the trusted list is left by a stranger's datagram."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.%d" % (100 + number), 0))
        s.sendto(b"OPTIONS sip:x SIP/2.0\r\n\r\n", ("127.0.0.1", 5060))


def follow(s, pattern):
    """The next message that matches."""
    while True:
        text = s.recv(65535).decode()
        if re.search(pattern, text):
            return text


def servers():
    with b.Box(CONFIG) as box:
        udp, tcp = udp_server(), socket.create_server(("127.0.0.9", 1514))
        tcp.settimeout(15)
        box.configure("dial-peer voice 1 voip\n session target ipv4:127.0.0.8\n"
                      "logging source-interface Loopback0\nlogging host 127.0.0.9\n"
                      "logging host 127.0.0.9 transport udp port 514\n")
        events(box)
        said = follow(udp, "UNTRUSTED")
        assert re.match(r"<188>\d+: \*?\w{3} [ \d]\d [\d:]{8}\.\d{3}: %SIP-4-UNTRUSTED: What came from "
                        r"127\.0\.0\.101 \(UDP\)", said), said
        assert not said.endswith("\n"), said
        box.configure("logging origin-id hostname\nlogging facility local0\nlogging trap errors\n")
        time.sleep(11)                                  # the log of strangers is quiet for a while
        events(box, 2)
        box.wait_log(r"127\.0\.0\.102")                  # said, and to nobody: severity 4
        box.configure("logging trap debugging\nservice sequence-numbers\n")
        time.sleep(11)
        events(box, 3)
        said = follow(udp, "UNTRUSTED")
        assert re.match(r"<132>\d+: edge1: \d{6}: \*?\w{3} .*127\.0\.0\.103", said), said
        box.configure("no logging host 127.0.0.9\nlogging host localhost transport tcp port 1514\n"
                      "logging syslog-format rfc5424\n")
        box.configure("no logging host localhost\nlogging host 127.0.0.9 transport tcp port 1514\n")
        time.sleep(11)
        events(box, 4)
        connection = tcp.accept()[0]
        connection.settimeout(5)
        said = follow(connection, "UNTRUSTED")
        assert re.search(r"(?m)^<132>1 20\d\d-\d\d-\d\dT[\d:]{8}\.\d{3}Z edge1 parapet - SIP-4-UNTRUSTED - "
                         r"%SIP-4-UNTRUSTED: .*127\.0\.0\.104.*\n$", said), said
        said = box.cli("show logging")
        assert re.search(r"Trap logging: level debugging, \d+ message lines logged\n"
                         r" +Logging to 127\.0\.0\.9  \(tcp port 1514, audit disabled,\n +link up\)", said), said
        connection.close()
        tcp.close()                                     # a server that is gone holds up nobody
        box.configure("hostname edge2\nhostname edge1\n")
        box.cli("show version")


def buffer():
    with b.Box(CONFIG) as box:
        box.configure("dial-peer voice 1 voip\n session target ipv4:127.0.0.8\n"
                      "logging buffered 16384 errors\nclock timezone XYZ -3 30\n"
                      "service timestamps log datetime localtime show-timezone year\n")
        assert "Log Buffer (16384 bytes):" in box.cli("show logging")
        events(box)
        time.sleep(0.5)
        assert "UNTRUSTED" not in box.log()
        box.configure("logging buffered 16384 debugging\n")
        time.sleep(10.5)
        events(box, 2)
        box.wait_log("UNTRUSTED")
        said = box.log()
        wanted = time.strftime("%b %d %Y %H:", time.gmtime(time.time() - 3.5 * 3600))
        wanted = re.sub(r" 0(\d )", r"  \1", wanted)
        assert re.search(r"(?m)^\*?%s\d\d:\d\d XYZ: %%SIP-4-UNTRUSTED" % wanted, said), (wanted, said)
        assert re.match(r"\*?\d\d:\d\d:\d\d\.\d{3} XYZ \w{3} \w{3} \d+ 20\d\d\n$", box.cli("show clock")), \
            box.cli("show clock")
        box.configure("no service timestamps log\n")
        time.sleep(10.5)
        events(box, 3)
        box.wait_log(r"(?m)^%SIP-4-UNTRUSTED")
        box.configure("no logging buffered\n")
        assert "Buffer logging:  disabled" in box.cli("show logging")


if __name__ == "__main__":
    play("logging", [servers, buffer])
