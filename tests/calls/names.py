#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Session targets that are names, asked of a name server of our own (dnsmasq): an address, SRV
records with a port, names that do not exist, the server name that TLS says (SNI); what `ip host' and
`ip name-server' know; and TLS 1.0 and 1.1, which are refused unless configured.  names.py [NAME...]"""

import ctypes
import os
import re
import socket
import ssl
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
import box as b  # noqa: E402
from end import Call, End, sdp  # noqa: E402
from lab import BOX, PHONE_A, PHONE_B, PHONE_C, Lab, caller, no_calls, play  # noqa: E402

CLONE_NEWNS, MS_BIND, MS_PRIVATE, MS_REC = 0x20000, 4096, 1 << 18, 16384
RECORDS = ["--address=/sbc.example.com/" + PHONE_B, "--address=/second.example.com/" + PHONE_C,
           "--srv-host=_sip._udp.trunk.example.com,second.example.com,5080,20,5",
           "--srv-host=_sip._udp.trunk.example.com,sbc.example.com,5070,10,5"]


def serves(lab, records):
    """A name server on the third host, at this address."""
    return subprocess.Popen(lab.host(PHONE_C).inside(
        ["dnsmasq", "--keep-in-foreground", "--user=root", "--conf-file=/dev/null", "--no-resolv",
         "--no-hosts", "--pid-file=", "--listen-address=" + PHONE_C, "--bind-interfaces",
         "--local=/example.com/"] + records), stdin=subprocess.DEVNULL)


def asks(lab, directory):
    """Everything of this process asks our name server, which lives on a third host."""
    libc = ctypes.CDLL(None, use_errno=True)
    resolv = os.path.join(directory, "resolv.conf")
    with open(resolv, "w") as f:
        f.write("nameserver %s\noptions timeout:1 attempts:1\n" % PHONE_C)
    assert libc.unshare(CLONE_NEWNS) == 0, os.strerror(ctypes.get_errno())
    assert libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None) == 0
    real = os.path.realpath("/etc/resolv.conf").encode()
    assert libc.mount(resolv.encode(), real, None, MS_BIND, None) == 0, \
        os.strerror(ctypes.get_errno())
    return serves(lab, RECORDS)


def named(tag, pattern, target, more=""):
    return ("dial-peer voice %d voip\n destination-pattern %s\n session protocol sipv2\n"
            " session target dns:%s\n codec g711ulaw\n%s" % (tag, pattern, target, more))


def crosses(call, there):
    """The call arrives there, is answered, and is hung up."""
    call.invite(20000)
    invite = there.receive("INVITE ")
    there.answer(invite, body=sdp(there.address, 21000))
    assert call.response().startswith("SIP/2.0 200")
    there.receive("ACK ")
    call.request("BYE")
    there.answer(there.receive("BYE "))
    assert call.response().startswith("SIP/2.0 200")
    return invite


def server_name(lab, address, port):
    """A TLS server there; the names that it was asked for."""
    names, crt = [], lab.ca.identity("sbc.example.com")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(crt[0], crt[1])
    context.sni_callback = lambda _, name, __: names.append(name)
    with lab.host(address).entered():
        listener = socket.create_server((address, port))

    def serve():
        for _ in range(2):
            s = listener.accept()[0]
            try:
                context.wrap_socket(s, server_side=True).recv(10000)
            except OSError as error:
                names.append(str(error))
    threading.Thread(target=serve, daemon=True).start()
    return names


def names():
    """The name servers' address is trusted by whichever worker the answers come to: the telephone is
    not of the trusted list."""
    with Lab(workers=3) as lab:
        server = asks(lab, lab.dir)
        try:
            box = lab.box(named(1, "1...", "sbc.example.com:5060") + named(2, "2...", "trunk.example.com")
                          + named(3, "3...", "nobody.example.com")
                          + named(4, "4...", "nobody.example.com")
                          + named(5, "4...", "sbc.example.com:5060", " preference 1\n")
                          + named(6, "5...", "sbc.example.com:5061",
                                  " session transport tcp tls\n")
                          + caller(200))
            box.configure("voice service voip\n ip address trusted list\n  no ipv4 10.72.86.0 255.255.255.0"
                          "\n  ipv4 %s\n" % PHONE_A)
            a, c, srv = End(lab, PHONE_A), End(lab, PHONE_B), End(lab, PHONE_B, port=5070)
            invite = crosses(Call(a, "address", "1000"), c)
            assert invite.startswith("INVITE sip:1000@sbc.example.com:5060 "), invite
            invite = crosses(Call(a, "srv", "2000"), srv)
            assert invite.startswith("INVITE sip:2000@trunk.example.com:5070 "), invite
            nobody = Call(a, "nobody", "3000")
            nobody.invite(20000)
            assert nobody.response().startswith("SIP/2.0 503")
            said = box.cli("show call history voice last 1")
            assert re.search("dial-peer 3: the name nobody.example.com cannot be resolved: ", said), said
            crosses(Call(a, "next", "4000"), c)
            box.configure("dial-peer voice 7 voip\n destination-pattern 6...\n session protocol sipv2\n"
                          " session target ipv4:%s:5061\n session transport tcp tls\n"
                          " codec g711ulaw\n" % PHONE_B)
            asked_for(box, c)
            asked = server_name(lab, PHONE_B, 5061)
            for number, name in (("5000", "sbc.example.com"), ("6000", None)):
                call = Call(a, "sni" + number, number)
                call.invite(20000)
                b.wait_for("the server is asked for a name", 5, lambda: asked)
                assert asked == [name], asked
                asked.clear()
                assert call.response().startswith("SIP/2.0 503")      # it reads, and hangs up
            no_calls(box, 40)
        finally:
            server.terminate()
            server.wait(5)


def failed(box, a, name, number, words):
    """A call to that number is refused, and the history says why."""
    call = Call(a, name, number)
    call.invite(20000)
    assert call.response().startswith("SIP/2.0 503")
    said = box.cli("show call history voice last 1")
    assert re.search(words, said), said


def hosts():
    """What `ip host' knows no name server is asked for: an address, a port of SRV records by priority, a
    weight of 0 that is hardly ever taken; it holds without look-ups too, and a change holds from the
    next call on, while the call that there is goes on."""
    with Lab(workers=3) as lab:
        box = lab.box("ip host sbc.static.test %s\nip host second.static.test %s\n"
                      "ip host trunk.static.test srv 20 5 5080 second.static.test\n"
                      "ip host trunk.static.test srv 10 5 5070 SBC.static.test\n"
                      "ip host _sip._tcp.trunk.static.test srv 1 5 5090 second.static.test\n"
                      "no ip domain lookup\n" % (PHONE_B, PHONE_C)
                      + named(1, "1...", "Sbc.Static.test") + named(2, "2...", "trunk.static.test")
                      + named(3, "3...", "nobody.static.test") + caller(200))
        a, c, srv = End(lab, PHONE_A), End(lab, PHONE_B), End(lab, PHONE_B, port=5070)
        there = End(lab, PHONE_C)
        invite = crosses(Call(a, "host", "1000"), c)
        assert invite.startswith("INVITE sip:1000@Sbc.Static.test:5060 "), invite
        for n in range(3):
            invite = crosses(Call(a, "srv%d" % n, "2000"), srv)
            assert invite.startswith("INVITE sip:2000@trunk.static.test:5070 "), invite
        failed(box, a, "nobody", "3000", "'no ip domain lookup' is configured")
        said = box.cli("show hosts")
        assert re.search(r"(?m)^ sbc\.static\.test +\d+ +IN +A +%s$" % PHONE_B, said), said
        assert re.search(r"(?m)^ trunk\.static\.test +\d+ +IN +SRV +10 5 5070 sbc\.static\.test$", said), said
        call = Call(a, "stays", "1001")
        call.invite(20000)
        there_before = c.receive("INVITE ")
        c.answer(there_before, body=sdp(c.address, 21000))
        assert call.response().startswith("SIP/2.0 200")
        c.receive("ACK ")
        box.configure("ip host sbc.static.test %s" % PHONE_C)
        crosses(Call(a, "moved", "1002"), there)
        call.request("BYE")
        c.answer(c.receive("BYE "))
        assert call.response().startswith("SIP/2.0 200")
        box.configure("no ip host sbc.static.test")
        failed(box, a, "gone", "1003", "'no ip domain lookup' is configured")
        no_calls(box, 40)


def servers():
    """A name that only the server of `ip name-server' knows, and one that it has to complete; the host's
    own resolver knows none of them.  Servers that do not answer are passed over, more than the library
    takes at once too; another server is asked at the next call."""
    with Lab(workers=3) as lab:
        server = serves(lab, RECORDS)
        try:
            box = lab.box("ip domain timeout 1\nip domain retry 0\n"
                          + named(1, "1...", "sbc.example.com:5060") + named(2, "2...", "trunk.example.com")
                          + named(3, "3...", "sbc:5060") + named(4, "4...", "trunk.static.test") + caller(200))
            a, c, srv = End(lab, PHONE_A), End(lab, PHONE_B), End(lab, PHONE_B, port=5070)
            box.configure("ip name-server %s" % PHONE_A)
            failed(box, a, "nobody", "1000", "sbc.example.com cannot be resolved: ")
            box.configure("no ip name-server\nip name-server %s" % PHONE_C)
            invite = crosses(Call(a, "address", "1000"), c)
            assert invite.startswith("INVITE sip:1000@sbc.example.com:5060 "), invite
            crosses(Call(a, "srv", "2000"), srv)
            failed(box, a, "short", "3000", "sbc cannot be resolved: ")
            box.configure("ip domain name example.com")
            crosses(Call(a, "named", "3000"), c)
            box.configure("ip domain name nowhere.test\nip domain list elsewhere.test\n"
                          "ip domain list example.com")
            crosses(Call(a, "listed", "3000"), c)
            box.configure("ip host trunk.static.test srv 1 1 5070 sbc.example.com")
            crosses(Call(a, "both", "4000"), srv)
            said = box.cli("show hosts")
            assert "Name servers are %s\n" % PHONE_C in said.replace("\r", ""), said
            assert re.search(r"(?m)^ sbc\.example\.com +\d+ +IN +A +%s" % PHONE_B, said), said
            box.configure("no ip name-server\nip name-server %s %s %s %s"
                          % (PHONE_A, PHONE_B, "10.72.86.86", PHONE_C))
            crosses(Call(a, "fourth", "1000"), c)
            no_calls(box, 40)
        finally:
            server.terminate()
            server.wait(5)


def asked_for(box, c):
    """Keepalives go to names too, and a name that is none is down for that."""
    for tag, name in ((8, "sbc.example.com:5060"), (9, "nobody.example.com")):
        box.configure("dial-peer voice %d voip\n destination-pattern 8...\n session protocol sipv2\n"
                      " session target dns:%s\n voice-class sip options-keepalive up-interval 5"
                      " down-interval 5 retry 1\n" % (tag, name))
    c.answer(c.receive("OPTIONS "))
    said = b.wait_for("one is up, one down", 10, lambda: (lambda text: re.search(
        "(?m)^ 8 .* active$", text) and re.search("(?m)^ 9 .* busyout$", text) and text)(
            box.cli("show dial-peer voip keepalive status")))
    assert "the name nobody.example.com cannot be resolved" in said, said


def shakes(lab, identity, version):
    """Whether the box takes a TLS connection of this version; what openssl said."""
    done = subprocess.run(lab.host(PHONE_A).inside(
        ["openssl", "s_client", "-connect", BOX + ":5061", "-" + version, "-cipher",
         "ALL:@SECLEVEL=0", "-cert", identity[0], "-key", identity[1]]), input=b"",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20)
    return b"Cipher is (NONE)" not in done.stdout and b"Cipher is" in done.stdout, done.stdout


def old_versions():
    """TLS 1.0 and 1.1 shake no hands of their own accord; each does with the peers of a class that names it."""
    with Lab() as lab:
        box = lab.box(caller(200))
        identity = lab.identity("1000")
        for version in ("tls1", "tls1_1"):
            good, said = shakes(lab, identity, version)
            assert not good, said
        assert re.search("we were the server\n.*TLS version",
                         box.cli("show sip-ua connections tcp tls detail")), \
            box.cli("show sip-ua connections tcp tls detail")
        for version, word in (("tls1", "1.0"), ("tls1_1", "1.1")):
            box.configure("sip-ua\n transport tcp tls v%s\n crypto signaling default trustpoint sip-trunk-cert" % word)
            assert not shakes(lab, identity, version)[0]
            box.configure("voice class tls-profile 1\n trustpoint sip-trunk-cert\n compatibility tls-%s\nsip-ua\n"
                          " crypto signaling default tls-profile 1" % word)
            good, said = shakes(lab, identity, version)
            assert good, said
        box.cli("debug ssl openssl msg")
        good, said = shakes(lab, identity, "tls1_2")
        assert not good, said
        box.configure("sip-ua\n transport tcp tls\n crypto signaling default trustpoint sip-trunk-cert")
        for version in ("tls1_2", "tls1_3"):
            good, said = shakes(lab, identity, version)
            assert good, said
        assert not shakes(lab, identity, "tls1")[0]


def presented(lab, address, identity, *how):
    """The common name of the certificate that the box shows there; None: no handshake."""
    done = subprocess.run(lab.host(address).inside(
        ["openssl", "s_client", "-connect", BOX + ":5061", "-cert", identity[0], "-key", identity[1]]
        + list(how)), input=b"", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20)
    if b"Cipher is (NONE)" in done.stdout or b"Cipher is" not in done.stdout:
        return None
    return re.search(rb"subject=.*CN = ([\w.]+)", done.stdout).group(1).decode()


def identities():
    """`crypto signaling': the trustpoint of the most specific address, strict-cipher as IOS has it."""
    with Lab() as lab:
        box = lab.box(caller(200))
        for name in ("net", "host"):
            b.enroll(box, lab.ca, name, name + ".example.com")
        identity = lab.identity("1000")
        box.configure("sip-ua\n crypto signaling remote-addr 10.72.86.12 255.255.255.255 trustpoint host\n"
                      " crypto signaling remote-addr 10.72.86.12 255.255.255.254 trustpoint net\n")
        for address, name in ((PHONE_A, "box"), (PHONE_B, "host"), (PHONE_C, "net")):
            assert presented(lab, address, identity) == name + ".example.com", address
        box.configure("sip-ua\n no crypto signaling remote-addr 10.72.86.12 255.255.255.255\n"
                      " crypto signaling default trustpoint sip-trunk-cert strict-cipher\n")
        assert presented(lab, PHONE_B, identity) == "net.example.com"
        for how, good in ((["-tls1_2", "-cipher", "AES128-SHA"], True), (["-tls1_3"], False),
                          (["-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"], False)):
            name = presented(lab, PHONE_A, identity, *how)
            assert name == ("box.example.com" if good else None), (how, name)
            assert presented(lab, PHONE_B, identity, "-tls1_3") == "net.example.com"


if __name__ == "__main__":
    play("names", [names, hosts, servers, old_versions, identities])
