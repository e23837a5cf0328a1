#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`monitor capture' on a running box: what it takes, what it leaves, and that tshark reads it.
capture.py [NAME...]"""

import http.server
import os
import re
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers"))
import box as b  # noqa: E402
from lab import no_calls, number, play  # noqa: E402

LOOPBACK = "monitor capture CAP interface Loopback0 both match any"
CONFIG = """hostname edge1
interface Loopback0
 ip address 127.0.0.1 255.0.0.0
ip access-list standard NINE
 permit 127.0.0.9
"""


def quickstart(tls=True):
    with open(os.path.join(b.TREE, "startup-config", "quickstart.cfg")) as f:
        text = f.read()
    for old, new in () if tls else (("127.0.0.1:5061", "127.0.0.1:5060"), ("tcp tls", "udp"), (" srtp\n", "")):
        text = text.replace(old, new)
    return text


def held(box, name="CAP"):
    return number(r"packets in buf   : (\d+)", box.cli("show monitor capture %s buffer" % name))


def file_of(box, name="x.pcap"):
    return os.path.join(box.nvram, "flash", name)


def fields(path, display, *names):
    """One list of strings per packet; tshark has no word against the file."""
    command = ["tshark", "-r", path, "-n", "-T", "fields", "-E", "separator=\t"]
    for name in names or ("frame.number",):
        command += ["-e", name]
    done = subprocess.run(command + (["-Y", display] if display else []), text=True, capture_output=True)
    assert done.returncode == 0 and "cut short" not in done.stderr, done.stderr
    return [line.split("\t") for line in done.stdout.splitlines()]


def send(count, port=4000, size=100, source="127.0.0.1", to="127.0.0.1"):
    """That many datagrams to a port where somebody listens, who says nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        if to.startswith("127."):
            sink.bind((to, port))
        s.bind((source, 0))
        for n in range(count):
            s.sendto(bytes([n % 256]) * size, (to, port))


def state(box, name="CAP"):
    return re.search(r"Status : (\w+)", box.cli("show monitor capture " + name)).group(1)


def ends(box, reason):
    b.wait_for("the capture ends", 10, lambda: state(box) == "Inactive")
    box.wait_log(r"BUFCAP-6-DISABLE: Capture Point CAP disabled\. Reason : " + reason)


def export(box, name="x.pcap"):
    if os.path.exists(file_of(box, name)):
        os.unlink(file_of(box, name))
    said = box.cli("monitor capture CAP export flash:" + name)
    assert said == "Exported Successfully\n", said
    assert os.stat(file_of(box, name)).st_mode & 0o777 == 0o600
    return file_of(box, name)


def a_call():
    """The whole call in the clear: its INVITE can be read, its media is there, nothing is there twice."""
    with b.Box(quickstart(tls=False)) as box:
        assert box.cli(LOOPBACK, "monitor capture CAP start") == "Started capture point : CAP\n"
        assert state(box) == "Active"
        assert "failed = 0" in box.cli("csim start 9898 duration 3")
        no_calls(box, 15)
        said = box.cli("monitor capture CAP stop")
        assert re.match(r"Capture statistics collected at software:\n        Capture duration - \d+ seconds\n"
                        r"        Packets received - \d+\n        Packets dropped - 0\n"
                        r"        Packets oversized - 0\n\nBytes dropped in asic - 0\n\n"
                        r"Stopped capture point : CAP\n$", said), said
        path = export(box)
        everything = fields(path, "", "frame.encap_type", "frame.time_epoch")
        assert len(everything) == held(box) == number(r"received - (\d+)", said) > 200, (len(everything), said)
        assert {line[0] for line in everything} == {"25"}, "not Linux cooked"
        assert abs(float(everything[0][1]) - time.time()) < 60
        invites = fields(path, 'sip.Method == "INVITE"', "sip.r-uri.user", "udp.dstport")
        assert invites == [["9898", "5060"]], invites
        assert len(fields(path, "sip.Status-Code == 200 and sip.CSeq.method == BYE")) == 1
        media = fields(path, "rtp.p_type == 0", "rtp.payload")
        assert len(media) > 250 and {len(line[0]) for line in media} == {320}, len(media)
        brief = box.cli("show monitor capture CAP buffer brief").splitlines()
        assert len(brief) == 3 + len(everything)
        assert re.match(r"   0 +\d+    0\.000000   127\.0\.0\.1 +->  127\.0\.0\.1 +\d+ +\S+ +(UDP|TCP)$", brief[3])
        dump = box.cli("show monitor capture CAP buffer dump")
        assert re.search(r"TE sip:9898@127\.\n", dump), dump[:400]
        said = box.cli("show monitor capture CAP buffer detailed").splitlines()
        assert said[3] == brief[3] and re.match(r"  0000:  0000\w{4} 0006\w{4} \w{8} \w{8}   .{16}$", said[4]), said[4]
        log = box.log()
        assert "BUFCAP-6-ENABLE: Capture Point CAP enabled." in log and "Point CAP disabled." in log, log


def over_tls():
    """The quickstart call: TLS and SRTP are there, and nothing of SIP can be read."""
    with b.Box(quickstart()) as box:
        box.cli(LOOPBACK, "monitor capture CAP start", "csim start 9898 duration 2")
        no_calls(box, 15)
        box.cli("monitor capture CAP stop")
        path = export(box)
        assert len(fields(path, "tcp.port == 5061 and tls")) > 4
        assert not fields(path, "sip.Method == INVITE")
        assert len(fields(path, "udp.length > 160")) > 150
        with open(path, "rb") as f:
            assert b"INVITE sip:" not in f.read()


class Taker(http.server.BaseHTTPRequestHandler):
    taken = {}

    def do_PUT(self):
        self.taken[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.end_headers()

    def log_message(self, *unused):
        pass


def exports():
    """To a file that is there only when that is confirmed, to a server, never over the configuration."""
    server = http.server.HTTPServer(("127.0.0.1", 8080), Taker)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with b.Box(CONFIG) as box:
        box.cli(LOOPBACK, "monitor capture CAP start")
        send(3)
        b.wait_for("the packets", 5, lambda: held(box) == 3)
        path = export(box)                              # while it runs
        send(2)
        box.cli("monitor capture CAP stop")
        said = box.type("monitor capture CAP export flash:x.pcap\nn\n")
        assert "already existing" in said and "Exported" not in said, said
        assert len(fields(path, "")) == 3
        said = box.type("monitor capture CAP export flash:x.pcap\n\n")
        assert "Exported Successfully" in said and len(fields(path, "")) == 5, said
        said = box.cli("monitor capture CAP export http://127.0.0.1:8080/up.pcap")
        assert said.endswith("Exported Successfully\n"), said
        with open(path, "rb") as f:
            assert Taker.taken["/up.pcap"] == f.read()
        assert "Connection refused" in box.refuses("monitor capture CAP export http://127.0.0.1:8099/up.pcap")
        for url in ("nvram:startup-config", "nvram:/startup-config", "system:running-config", "where:x"):
            assert "Invalid URL or file system" in box.refuses("monitor capture CAP export " + url), url
    server.shutdown()


def limits():
    """Packets, bytes of a packet, time, and the buffer: full, or the newest of it."""
    with b.Box(CONFIG) as box:
        box.cli(LOOPBACK + " limit packets 7", "monitor capture CAP start")
        send(20)
        ends(box, "packet limit reached")
        assert held(box) == 7 == len(fields(export(box), "udp.dstport == 4000"))
        assert "is not active" in box.refuses("monitor capture CAP stop")
        box.cli("no monitor capture CAP limit", "monitor capture CAP limit packet-len 64",
                "monitor capture CAP start")
        assert held(box) == 0, "a second start begins with an empty buffer"
        send(5, size=1000)
        b.wait_for("the packets", 5, lambda: held(box) == 5)
        assert "active: stop it first" in box.refuses("monitor capture CAP limit packets 1")
        assert "active already" in box.refuses("monitor capture CAP start")
        box.cli("monitor capture CAP stop")
        assert fields(export(box), "", "frame.len", "frame.cap_len") == [["1044", "64"]] * 5
        box.cli("no monitor capture CAP limit", "monitor capture CAP limit duration 1", "monitor capture CAP start")
        began = time.monotonic()
        ends(box, "duration limit reached")
        assert time.monotonic() - began < 4
        box.cli("no monitor capture CAP limit", "monitor capture CAP buffer size 1", "monitor capture CAP start")
        send(1300, size=1000)
        ends(box, "buffer full")
        assert os.path.getsize(export(box)) <= (1 << 20) + 24
        first = fields(file_of(box), "", "data.data")
        assert len(first) == held(box) and first[0][0].startswith("0000"), first[0][0][:8]
        box.cli("monitor capture CAP buffer circular size 1", "monitor capture CAP start")
        for _ in range(10):
            send(300, size=1000)
            time.sleep(0.02)
        b.wait_for("the last packets", 5, lambda: "Active" == state(box) and 900 < held(box) < 1100)
        said = box.cli("monitor capture CAP stop")
        assert number(r"received - (\d+)", said) + number(r"dropped - (\d+)", said) == 3000, said
        last = fields(export(box), "", "data.data")
        assert len(last) == held(box) and last[-1][0].startswith("%02x" % (299 % 256)), last[-1][0][:8]
        assert os.path.getsize(file_of(box)) <= (1 << 20) + 24
        box.cli("monitor capture CAP clear")
        assert held(box) == 0 and fields(export(box), "") == []


def filters():
    """By port, address, network and access list; one way and the other."""
    with b.Box(CONFIG) as box:
        for match, count in (("match ipv4 protocol udp any any eq 4000", 4),
                             ("match ipv4 protocol udp any eq 4000 any", 0),
                             ("match ipv4 protocol udp any eq 4000 any bidirectional", 4),
                             ("match ipv4 protocol tcp any any eq 4000", 0),
                             ("match ipv4 protocol udp any any", 7),
                             ("match ipv4 host 127.0.0.9 any", 2),
                             ("match ipv4 any host 127.0.0.9", 0),
                             ("match ipv4 127.0.0.8/30 127.0.0.0/8", 2),
                             ("access-list NINE", 2),
                             ("match any", 7)):
            box.cli("monitor capture CAP interface Loopback0 both " + match, "monitor capture CAP start")
            send(4, 4000)
            send(1, 4001)
            send(2, 4002, source="127.0.0.9")
            said = box.cli("monitor capture CAP stop")
            assert held(box) == count == number(r"received - (\d+)", said), (match, said)
        for way in ("in", "out", "both"):
            box.cli("monitor capture CAP control-plane %s match any" % way, "monitor capture CAP start")
            send(3)
            box.cli("monitor capture CAP stop")
            assert held(box) == 3, (way, held(box))


def cpu_ticks(box):
    with open("/proc/%d/stat" % box.process.pid) as f:
        return sum(int(n) for n in f.read().split(") ")[1].split()[11:13])


def ethernet():
    """An interface that is Ethernet is written as such, and has two directions."""
    for words in ("link add d0 type veth peer name d1", "address add 192.0.2.1/24 dev d0", "link set d0 up",
                  "link set d1 up", "neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev d0"):
        subprocess.run(["ip"] + words.split(), check=True)
    config = CONFIG + "interface GigabitEthernet0/0\n ip address 192.0.2.1 255.255.255.0\n"
    with b.Box(config) as box:
        for name, way, count in (("gi0/0", "out", 6), ("d0", "in", 0), ("gi0/0", "both", 6)):
            box.cli("monitor capture CAP interface %s %s match ipv4 protocol udp any any eq 4000" % (name, way),
                    "monitor capture CAP start")
            assert "Interface: GigabitEthernet0/0, Direction: " + way in box.cli("show monitor capture")
            send(6, source="192.0.2.1", to="192.0.2.9")
            box.cli("monitor capture CAP stop")
            assert held(box) == count, (name, way, held(box))
        found = fields(export(box), "", "frame.encap_type", "eth.dst", "ip.dst", "data.len")
        assert found == [["1", "02:00:00:00:00:09", "192.0.2.9", "100"]] * 6, found
        box.cli("monitor capture CAP interface gi0/0 both match any", "monitor capture CAP start")
        subprocess.run(["ip", "link", "del", "d0"], check=True)
        before = cpu_ticks(box)
        time.sleep(0.5)
        assert cpu_ticks(box) - before < 10, "it turns for nothing"
        box.cli("monitor capture CAP stop")
        assert "the host has no interface GigabitEthernet0/0" in box.refuses("monitor capture CAP start")


def resident(box):
    with open("/proc/%d/status" % box.process.pid) as f:
        return number(r"VmRSS:\s+(\d+) kB", f.read())


def threads(box):
    """Of captures."""
    count = 0
    for task in os.listdir("/proc/%d/task" % box.process.pid):
        try:
            with open("/proc/%d/task/%s/comm" % (box.process.pid, task)) as f:
                count += f.read() == "Capture\n"
        except OSError:                 # it has just ended
            pass
    return count


def sockets(box):
    """Packet sockets in the test's own network."""
    with open("/proc/%d/net/packet" % box.process.pid) as f:
        return len(f.read().splitlines()) - 1


def gives_back():
    """Memory, threads and descriptors are back when the capture is gone; a box that ends takes them along."""
    with b.Box(CONFIG) as box:
        box.cli(LOOPBACK + " buffer size 50", "monitor capture CAP start", "no monitor capture CAP")
        assert (threads(box), sockets(box)) == (0, 0)
        before = resident(box)
        for n in range(4):
            box.cli("monitor capture C%d interface Loopback0 both match any buffer size 50" % n,
                    "monitor capture C%d start" % n)
        assert resident(box) > before + 190 * 1024, (before, resident(box))
        b.wait_for("the threads", 5, lambda: (threads(box), sockets(box)) == (4, 4))
        assert "4 captures already" in box.refuses("monitor capture C5 match any")
        send(1000)
        for n in range(4):
            box.cli("monitor capture C%d export flash:c%d" % (n, n), "no monitor capture C%d" % n)
        b.wait_for("the memory is back", 5, lambda: resident(box) < before + 8 * 1024)
        assert (threads(box), sockets(box)) == (0, 0)
        assert box.cli("show monitor capture") == ""
        box.cli(LOOPBACK, "monitor capture CAP start")
        send(10)                        # and so it is stopped


class Without:
    """A box that may not open packet sockets."""

    @staticmethod
    def inside(command):
        return ["setpriv", "--bounding-set", "-net_raw", "--inh-caps", "-net_raw"] + command


def no_right():
    with b.Box(CONFIG, netns=Without()) as box:
        said = box.refuses(LOOPBACK, "monitor capture CAP start")
        assert "Unable to start capture CAP: the box may not open packet sockets (it needs CAP_NET_RAW)" in said, said
        assert state(box) == "Inactive"


if __name__ == "__main__":
    play("capture", [a_call, over_tls, exports, limits, filters, ethernet, gives_back, no_right])
