# SPDX-License-Identifier: GPL-3.0-or-later
"""A switch with hosts, each a network namespace with an address of its own.

    with Net() as net:
        host = net.host("10.72.86.74")
        subprocess.run(host.inside(["ping", "10.72.86.86"]))
        with host.entered(): s = socket.create_connection(...)   # the socket stays in there

The switch is a bridge in the network of the calling process (own_network() first).  A namespace
lives as long as a process of ours that waits for its input to end: it dies with the test."""

import contextlib
import ctypes
import os
import subprocess

from box import wait_for

SWITCH = "switch"
LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000


def ip(*words):
    subprocess.run(("ip",) + words, check=True)


def namespace_of(pid):
    return os.readlink("/proc/%s/ns/net" % pid)


class Host:
    def __init__(self, address, number, bits=24):
        self.address = address
        self.port = "port%d" % number
        self.keeper = subprocess.Popen(["unshare", "-n", "cat"], stdin=subprocess.PIPE,
                                       stdout=subprocess.DEVNULL)
        here = namespace_of("self")
        wait_for("a network namespace", 5, lambda: namespace_of(self.keeper.pid) != here)
        ip("link", "add", self.port, "type", "veth", "peer", "name", "eth0",
           "netns", str(self.keeper.pid))
        ip("link", "set", self.port, "master", SWITCH, "up")
        for words in (("link", "set", "lo", "up"), ("link", "set", "eth0", "up"),
                      ("addr", "add", "%s/%d" % (address, bits), "dev", "eth0")):
            subprocess.run(self.inside(["ip"] + list(words)), check=True)

    def inside(self, command):
        return ["nsenter", "-t", str(self.keeper.pid), "-n"] + command

    @contextlib.contextmanager
    def entered(self):
        """What this thread opens in here belongs to this host."""
        back = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        there = os.open("/proc/%d/ns/net" % self.keeper.pid, os.O_RDONLY)
        try:
            assert LIBC.setns(there, CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
            yield self
        finally:
            assert LIBC.setns(back, CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
            os.close(back)
            os.close(there)

    def close(self):
        ip("link", "del", self.port)      # now: the kernel tears namespaces down at its leisure
        self.keeper.stdin.close()
        self.keeper.wait(5)


class Net:
    def __init__(self):
        self.hosts = []
        ip("link", "add", SWITCH, "type", "bridge", "mcast_snooping", "0")
        ip("link", "set", SWITCH, "up")

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        for host in self.hosts:
            host.close()
        ip("link", "del", SWITCH)

    def host(self, address):
        self.hosts.append(Host(address, len(self.hosts)))
        return self.hosts[-1]
