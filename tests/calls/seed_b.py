#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Seed B from both ends: two boxes, one of them the CA.  Requests by paste, granted, imported; a TLS trunk with names
checked and SRTP; 9898 one way and 1018 the other; the certificates on the wire are those that are installed.
seed_b.py [NAME...]"""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
import box as b  # noqa: E402
from lab import no_calls, play  # noqa: E402

CONFIG = """hostname {name}
ip domain name example.com
voice service voip
 ip address trusted list
  ipv4 127.0.0.0 255.0.0.0
 allow-connections sip to sip
 sip
  bind control source-interface Loopback0
  bind media source-interface Loopback0
interface Loopback0
 ip address {ours} 255.0.0.0
voice class tls-profile 1
 trustpoint trunk
 cn-san validate bidirectional
 cn-san 1 {peer}.example.com
dial-peer voice 100 voip
 description to {peer}
 destination-pattern {there}
 session protocol sipv2
 session target ipv4:{theirs}:5061
 session transport tcp tls
 voice-class sip options-keepalive
 srtp
 codec g711ulaw
dial-peer voice 200 voip
 description answers here
 destination-pattern {here}
 session protocol sipv2
 session target loopback:rtp
 codec g711ulaw
dial-peer voice 300 voip
 description from {peer}
 session protocol sipv2
 incoming called-number {here}
 srtp
 codec g711ulaw
sip-ua
 transport tcp tls v1.2
 crypto signaling default tls-profile 1
"""
TRUNK = """crypto key generate rsa label trunk-key modulus 2048
crypto pki trustpoint trunk
 enrollment terminal pem
 subject-name cn={name}.example.com,ou=voice,o=Example,l=Berlin,st=Berlin,c=DE
 subject-alt-name {name}.example.com
 fqdn none
 serial-number none
 ip-address none
 revocation-check none
 rsakeypair trunk-key
"""
CA = """crypto pki server CA
 database level complete
 issuer-name cn=Example CA,o=Example
 no shutdown
cisco12345
cisco12345
end
"""


def configured(name, peer, ours, theirs, here, there):
    return b.Box(CONFIG.format(name=name, peer=peer, ours=ours, theirs=theirs, here=here, there=there))


def first_pem(said):
    return re.search(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", said, re.S).group(0)


def enroll(box, name, ca, root):
    """Step 3 to 7 of the source: request, signature, root, certificate."""
    box.configure(TRUNK.format(name=name))
    b.authenticate(box, "trunk", root)
    said = box.type("configure terminal\ncrypto pki enroll trunk\nyes\nno\nend\n")
    first = b.REQUEST.search(said).group(0)
    said = box.type("configure terminal\ncrypto pki enroll trunk\nyes\nyes\nno\nend\n")
    assert "Generating a new CSR overwrites the existing CSR." in said, said
    request = b.REQUEST.search(said)
    request = request.group(0) if request else first
    said = ca.type("crypto pki server CA request pkcs10 terminal pem\n%s\nquit\n" % request.strip())
    number = re.search(r"pending, reqid=(\d+)", said)
    assert number, said
    said = ca.cli("show crypto pki server CA requests")
    assert re.search(r"(?m)^%s +pending +[0-9A-F]{32} +.*cn=%s\.example\.com" % (number.group(1), name), said), said
    ca.cli("crypto pki server CA grant " + number.group(1))
    said = ca.type("crypto pki server CA request pkcs10 terminal pem\n%s\nquit\n" % request.strip())
    said = box.type("configure terminal\ncrypto pki import trunk certificate\n%s\nquit\nend\n" % first_pem(said))
    assert "successfully imported" in said, said
    said = box.cli("show crypto pki certificates verbose trunk")
    for words in ("Signature Algorithm: SHA256 with RSA Encryption", "cn=%s.example.com" % name, "st=Berlin", "c=DE",
                  "Client Auth", "Server Auth"):
        assert words in said, words + " is not in\n" + said
    return re.search(r"Serial Number \(hex\): ([0-9A-F]+)", said).group(1)


def call(box, number, other):
    """From the box itself, over the trunk; the audio comes back through both."""
    said = box.cli("csim start %s duration 3" % number)
    assert re.search(r"failed = 0", said), said
    said = box.cli("show call active voice brief")
    assert "SRTP: on" in said and "pid:100 Originate %s active" % number in said, said
    no_calls(box, 15)
    no_calls(other, 15)
    for side in (box, other):
        said = side.cli("show call history voice brief")
        assert "10  (normal call clearing (16))" in said, said
    counts = [int(n) for n in re.findall(r"rx:(\d+)/", box.cli("show call history voice brief"))]
    assert max(counts) > 100, counts


def both_ends():
    with configured("cucma", "cucm10", "127.0.0.1", "127.0.0.2", "1018", "9898") as one, \
            configured("cucm10", "cucma", "127.0.0.2", "127.0.0.1", "9898", "1018") as two:
        said = one.type("configure terminal\n" + CA)
        assert "Certificate Server enabled" in said, said
        root = first_pem(one.type("configure terminal\ncrypto pki export CA pem terminal\nend\n"))
        said = two.type("test sip-ua tls 127.0.0.1:5061\n")     # step by step: nothing is there yet
        assert "trustpoint trunk of the voice class tls-profile is not configured" in said, said
        serials = [enroll(one, "cucma", one, root), enroll(two, "cucm10", one, root)]
        for box in (one, two):
            box.cli("write memory")
        said = two.cli("test sip-ua tls 127.0.0.1:5061 name cucma.example.com")
        assert "The handshake is good: TLSv1.2" in said and "Its name was checked: cucma.example.com" in said, said
        with b.Capture(one.dir, "tcp port 5061") as wire:
            for box in (one, two):
                box.stop(keep=True)
            for box in (one, two):
                box.start()
            for box in (one, two):                      # the trunk's state is known, and not by a call
                b.wait_for("the trunk is up", 40, lambda box=box: re.search(
                    r"(?m)^ 100 .* active$", box.cli("show dial-peer voip keepalive status")))
            call(one, "9898", two)
            call(two, "1018", one)
        sent = wire.fields("x509af.serialNumber", display="tls.handshake.type==11", decode=["tcp.port==5061,tls"])
        seen = {serial for line in sent for field in line for serial in re.findall(r"[0-9a-f:]+", field.lower())}
        seen = {serial.replace(":", "").lstrip("0").removeprefix("x") for serial in seen}
        for serial in serials:
            assert serial.lower().lstrip("0") in seen, (serial, seen)
        said = one.cli("show sip-ua connections tcp tls detail")
        assert re.search(r"trusted by (trunk|CA)\n   its name was checked: cucm10\.example\.com\n   we showed trunk \(serial 0*%s\)" % serials[0].lstrip("0"), said), said
        assert re.search(r"CN ?= ?cucm10\.example\.com", said), said
        assert "Matched: 9898" in one.cli("show dialplan number 9898")


if __name__ == "__main__":
    play("seed_b", [both_ends])
