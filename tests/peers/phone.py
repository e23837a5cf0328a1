# SPDX-License-Identifier: GPL-3.0-or-later
"""baresip as the telephone of a test: one process with its own address, certificate and tone.

A Phone plays one sine wave and dumps what it hears; heard() says how much of the power in there is
the other side's tone.  It is steered over baresip's control socket (netstrings of JSON)."""

import contextlib
import glob
import json
import math
import os
import socket
import struct
import subprocess
import time
import wave

RATE = 8000
MODULES = "/usr/lib/baresip/modules"

CONFIG = """poll_method epoll
sip_listen {ip}:{port}
sip_certificate {pem}
sip_cafile {ca}
sip_verify_server {verify}
call_local_timeout 120
call_max_calls 8
audio_player aubridge,nil
audio_source aufile,{tone}
audio_alert aubridge,nil
audio_level no
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
rtp_tos 184
rtcp_mux no
jitter_buffer_delay 1-2
rtp_stats no
snd_path {dir}
module_path {modules}
module g711.so
module sndfile.so
module aufile.so
module aubridge.so
module srtp.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen {ip}:{control}
"""


def write_tone(path, hertz, seconds=30):
    with wave.open(path, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        samples = (int(12000 * math.sin(2 * math.pi * hertz * i / RATE))
                   for i in range(RATE * seconds))
        out.writeframes(b"".join(struct.pack("<h", s) for s in samples))


def share_of(path, hertz):
    """(share of the power at `hertz`, seconds) of the second half of a recording."""
    with wave.open(path, "rb") as f:
        n = f.getnframes()
        data = struct.unpack("<%dh" % n, f.readframes(n))
    data = data[n // 2:n // 2 + RATE // 2]
    total = sum(x * x for x in data) / max(1, len(data))
    if total < 1000:
        return 0.0, n / RATE
    k, a, b = 2 * math.cos(2 * math.pi * hertz / RATE), 0.0, 0.0
    for x in data:
        a, b = x + k * a - b, a
    return (a * a + b * b - k * a * b) / (len(data) ** 2 / 2) / total, n / RATE


class Phone:
    def __init__(self, directory, ip, user, hertz, transport="udp", media="", pem="", ca="",
                 outbound="", auto=False, verify=True, codecs="PCMU", netns=None, port=5060):
        self.dir = os.path.join(directory, "phone-" + user)
        self.ip, self.user, self.hertz, self.netns = ip, user, hertz, netns
        self.control = 4444
        os.makedirs(self.dir)
        tone = os.path.join(self.dir, "tone.wav")
        write_tone(tone, hertz)
        with open(os.path.join(self.dir, "config"), "w") as f:
            f.write(CONFIG.format(ip=ip, port=port, pem=pem, ca=ca, tone=tone, dir=self.dir,
                                  verify="yes" if verify else "no", modules=MODULES,
                                  control=self.control))
        account = "<sip:%s@%s;transport=%s>;regint=0;audio_codecs=%s" % (user, ip, transport, codecs)
        if outbound:
            account += ';outbound="sip:%s;transport=%s"' % (outbound, transport)
        if media:
            account += ";mediaenc=" + media
        if auto:
            account += ";answermode=auto"
        with open(os.path.join(self.dir, "accounts"), "w") as f:
            f.write(account + "\n")
        open(os.path.join(self.dir, "contacts"), "w").close()
        self._start()

    def _start(self):
        command = ["baresip", "-f", self.dir]
        if self.netns:
            command = self.netns.inside(command)
        self.out = open(os.path.join(self.dir, "out"), "wb")
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.out,
                                        stderr=subprocess.STDOUT)
        deadline = time.time() + 15
        while b"baresip is ready" not in self.text():
            assert self.process.poll() is None, "baresip ended: %r" % self.text()[-800:]
            assert time.time() < deadline, "baresip does not start: %r" % self.text()[-800:]
            time.sleep(0.05)

    def text(self):
        with open(os.path.join(self.dir, "out"), "rb") as f:
            return f.read()

    def command(self, command, params=""):
        """One command over the control socket."""
        body = json.dumps({"command": command, "params": params, "token": "t"})
        with self.netns.entered() if self.netns else contextlib.nullcontext():
            s = socket.create_connection((self.ip, self.control), 5)
        with s:
            s.sendall(b"%d:%s," % (len(body), body.encode()))
            s.settimeout(2)
            s.recv(4096)

    def dial(self, uri):
        self.command("dial", uri)

    def wait(self, what, seconds=10):
        """Wait until `what` (bytes) was said; its text so far."""
        deadline = time.time() + seconds
        while what not in self.text():
            if time.time() > deadline:
                raise AssertionError("%s: no %r in %r" % (self.user, what, self.tail()))
            time.sleep(0.05)
        return self.text()

    def tail(self):
        lines = [x for x in self.text().replace(b"\r", b"\n").split(b"\n") if b"audio=" not in x]
        return b"\n".join(lines[-25:])

    def heard(self, hertz):
        """The share of `hertz` in the longest recording of what came; 0 where nothing did."""
        best = (0.0, 0.0)
        for path in glob.glob(os.path.join(self.dir, "dump-*-dec.wav")):
            share, seconds = share_of(path, hertz)
            if seconds > best[1]:
                best = (share, seconds)
        return best

    def stop(self):
        if self.process.poll() is None:
            try:
                self.command("quit")
            except OSError:
                pass
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.out.close()
