# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody on the wire: hears the UDP packets of a host, and sends what it likes from any address."""

import socket
import struct
import time

ETH_P_IP = 0x0800
UDP = 17


def overhear(host, source, count, seconds=5.0):
    """The next `count' UDP packets from source (an address) that reach the host: (from port, to
    port, payload)."""
    heard, end = [], time.monotonic() + seconds
    with host.entered():
        wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_IP))
    with wire:
        wire.settimeout(seconds)
        while len(heard) < count and time.monotonic() < end:
            packet = wire.recv(2048)
            at = (packet[0] & 15) * 4
            if packet[9] != UDP or socket.inet_ntoa(packet[12:16]) != source:
                continue
            ports = struct.unpack("!HHH", packet[at:at + 6])
            heard.append((ports[0], ports[1], packet[at + 8:at + ports[2]]))
    assert len(heard) == count, "%d of %d packets of %s" % (len(heard), count, source)
    return heard


def send_from_port(host, target, payloads):
    """Send these from a port of the host that nobody has agreed on."""
    with host.entered():
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with s:
        for payload in payloads:
            s.sendto(payload, target)


def send_as(host, source, target, payloads):
    """Send these from the host with a source address and port of our choice."""
    with host.entered():
        s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    with s:
        for payload in payloads:
            udp = struct.pack("!HHHH", source[1], target[1], 8 + len(payload), 0) + payload
            head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, UDP, 0,
                               socket.inet_aton(source[0]), socket.inet_aton(target[0]))
            s.sendto(head + udp, (target[0], 0))


def plain(packet):
    """Plain RTP in the place of an SRTP packet: its header some packets later, 20 ms of silence."""
    return later(packet, 50)[:12] + b"\xff" * 160


def later(packet, by):
    """The same with a sequence number that is still to come."""
    sequence = struct.unpack("!H", packet[2:4])[0] + by & 0xffff
    return packet[:2] + struct.pack("!H", sequence) + packet[4:]


def forged(packet):
    """A later packet of which one bit is wrong, and so its tag."""
    changed = bytearray(later(packet, 20))
    changed[40] ^= 1
    return bytes(changed)
