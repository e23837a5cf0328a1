#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two hundred TLS handshakes at once, while ten calls talk: no packet of theirs comes late by it.

On the Release build, with one worker, so that the crowd and the packets share it.  The clients are
nice: the two cores are the box's and the telephones'."""

import os
import socket
import ssl
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
from hundred import phones, set_up, take_down  # noqa: E402
from end import End  # noqa: E402
from lab import BOX, PHONE_A, PHONE_B, PHONE_C, Lab, caller, no_calls, number, peer, play  # noqa: E402

CALLS, SECONDS, CROWD, LATE_US = 10, 6, 200, 20000


class Client:
    def __init__(self, context):
        self.socket = socket.create_connection((BOX, 5061), 5)
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing)
        self.begin()

    def begin(self):
        """The ClientHello is ready, and not sent."""
        try:
            self.tls.do_handshake()
        except ssl.SSLWantReadError:
            pass

    def finish(self):
        self.socket.sendall(self.outgoing.read())
        while True:
            self.incoming.write(self.socket.recv(65536))
            try:
                self.tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self.socket.sendall(self.outgoing.read())
        self.socket.sendall(self.outgoing.read())


def crowd(lab):
    """In a process of its own: all say hello, then each is led through; exit status 0: all are in."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        os.nice(19)
        crt = lab.identity("1000")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.load_cert_chain(crt[0], crt[1])
        with lab.host(PHONE_C).entered():
            clients = [Client(context) for _ in range(CROWD)]
        time.sleep(1)
        for client in clients:
            client.socket.sendall(client.outgoing.read())
        for client in clients:
            client.finish()
        time.sleep(1)                   # a client is through before the server is (TLS 1.3)
        status = 0
    finally:
        os._exit(status)


def talk(lab, calls, during=lambda: None):
    """The longest way of a packet, in microseconds, while something else goes on."""
    running = [phones(lab, PHONE_A, [x[0] for x in calls], SECONDS),
               phones(lab, PHONE_B, [x[1] for x in calls], SECONDS)]
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    time.sleep(1)
    during()
    longest = 0
    for process in running:
        for line in process.communicate(timeout=SECONDS + 30)[0].splitlines():
            sent, heard, _, us = (int(x) for x in line.split())
            assert sent == heard == SECONDS * 50, line
            longest = max(longest, us)
    return longest


def handshakes():
    with Lab(workers=1, release=True) as lab:
        box = lab.box(peer(100, "2...", PHONE_B, tls=False) + caller(200))
        lab.identity("1000")
        lab.host(PHONE_C)
        a, c = End(lab, PHONE_A), End(lab, PHONE_B)
        calls = [set_up(a, c, n) for n in range(CALLS)]
        def come():
            child = crowd(lab)
            assert os.waitpid(child, 0)[1] == 0, "the clients were not all taken"
        for attempt in range(3):                        # a machine that does something else measures that
            quiet = talk(lab, calls)
            crowded = talk(lab, calls, come)
            print("crowd: the longest way of a packet: %d us, with %d handshakes at once %d us"
                  % (quiet, CROWD, crowded))
            if crowded - quiet < LATE_US:
                break
        assert crowded - quiet < LATE_US, (quiet, crowded, attempt)
        for _, _, call in calls:
            take_down(call, c)
        no_calls(box)
        assert number(r"TLS server handshake failures *: (\d+)",
                      box.cli("show sip-ua connections tcp tls brief")) == 0


if __name__ == "__main__":
    play("crowd", [handshakes])
