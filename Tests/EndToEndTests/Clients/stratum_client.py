#!/usr/bin/env python3
"""A miner for pools that speak Stratum V1, written from the protocol's page (docs/stratum.md) alone.

Python 3 (3.9 or newer), standard library only.  It connects over TCP or TLS, searches with one core, follows new work and new
difficulties, goes on with its session after a broken connection, and prints what happened as JSON, one object a line.
Whatever the pool says that the page does not allow ends it with status 1.
"""

import argparse
import collections
import hashlib
import json
import re
import select
import signal
import socket
import ssl
import struct
import sys
import time
from fractions import Fraction

DIFFERENCE_ONE = {"scrypt": 0xffff << 224, "sha256d": 0xffff << 208}
TEXTS = {  # what the page says of a submit's answers
    20: {"Malformed request", "Wrong length of extranonce2", "Time out of range", "Version bits outside the mask",
         "The pool cannot record shares at the moment"},
    21: {"Job not found", "Stale share"}, 22: {"Duplicate share"}, 23: {"Low difficulty share"},
    24: {"Unauthorized worker"}, 25: {"Not subscribed"},
}
TIP_SECONDS = 10.0          # a stale share so soon after clean work is nobody's fault
RETRY_SECONDS = 0.3
NONCES = 50                 # of each extranonce2, so that both are tried
MASK = 0x1fffe000           # the version bits that a miner may roll at most
ANSWER_SECONDS = 30.0       # a pool that takes longer for an answer is taken for dead


class Broken(Exception):
    """The connection ended."""


class Wrong(Exception):
    """The pool said what the page does not allow."""


def demand(condition, what, line):
    if not condition:
        raise Wrong(f"{what}: {line!r}")


def sha256d(data):
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def proof_hash(algorithm, header):
    if algorithm == "scrypt":
        return hashlib.scrypt(header, salt=header, n=1024, r=1, p=1, dklen=32)
    return sha256d(header)


class Job:
    """Work as it was sent, with the search space and the target that it was sent with."""

    def __init__(self, params, extranonce1, target):
        demand(isinstance(params, list) and len(params) == 9, "nine parameters of a job", params)
        self.name, previous, first, second, branch, version, bits, when, self.clean = params
        demand(re.fullmatch("[0-9a-f]{18}", self.name), "a job's name", params)
        demand(re.fullmatch("[0-9a-f]{64}", previous), "the previous block's hash", params)
        for number in (version, bits, when):
            demand(re.fullmatch("[0-9a-f]{8}", number), "a number in hex", params)
        demand(isinstance(self.clean, bool), "clean_jobs", params)
        # Eight words, each turned round: turning them again gives the header's order.
        raw = bytes.fromhex(previous)
        self.previous = b"".join(raw[place:place + 4][::-1] for place in range(0, 32, 4))
        self.first, self.second = bytes.fromhex(first), bytes.fromhex(second)
        self.branch = [bytes.fromhex(hash) for hash in branch]
        self.version, self.bits, self.time = int(version, 16), int(bits, 16), int(when, 16)
        self.extranonce1, self.target = extranonce1, target
        exponent, mantissa = self.bits >> 24, self.bits & 0x7fffff
        self.network_target = mantissa << 8 * (exponent - 3)

    def header(self, extranonce2, when, nonce, version):
        root = sha256d(self.first + self.extranonce1 + struct.pack(">I", extranonce2) + self.second)
        for hash in self.branch:
            root = sha256d(root + hash)
        return struct.pack("<I", version) + self.previous + root + struct.pack("<III", when, self.bits, nonce)


class Miner:
    def __init__(self, options):
        self.options = options
        self.session = None
        self.socket = None
        self.pending = {}            # id -> what the answer is for
        self.unanswered = {}         # shares that a broken connection left without an answer
        self.counts = collections.Counter()
        self.blocks = []
        self.next_id = 0
        self.wrong = []

    # -- Lines -------------------------------------------------------------------------------------------------------

    def say(self, event, **members):
        print(json.dumps({"event": event, **members}), flush=True)

    def connect(self):
        host, port = self.options.host, self.options.port
        plain = socket.create_connection((host, port), timeout=10)
        if self.options.tls:
            context = ssl.create_default_context(cafile=self.options.ca)
            if not self.options.ca:
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            plain = context.wrap_socket(plain, server_hostname=host)
        plain.settimeout(10)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket, self.buffer = plain, b""
        self.job = self.target = self.extranonce1 = self.difficulty = None
        self.mask = 0
        self.is_subscribed = False
        self.heard = time.monotonic()

    def send(self, method, params, meaning):
        self.next_id += 1
        self.pending[self.next_id] = meaning
        line = json.dumps({"id": self.next_id, "method": method, "params": params})
        try:
            self.socket.sendall(line.encode() + b"\n")
        except OSError as error:
            raise Broken(str(error))

    def receive(self, seconds):
        """Handles every line that is there, waiting for the first at most so long."""
        pending = getattr(self.socket, "pending", lambda: 0)()
        if not pending and not select.select([self.socket], [], [], seconds)[0]:
            return
        try:
            self.socket.settimeout(0.5)
            data = self.socket.recv(65536)
        except (TimeoutError, ssl.SSLWantReadError):
            return
        except OSError as error:
            raise Broken(str(error))
        finally:
            self.socket.settimeout(10)
        if not data:
            raise Broken("closed by the pool")
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        for line in lines:
            self.take(line)

    def take(self, line):
        self.heard = time.monotonic()
        try:
            message = json.loads(line.decode("utf-8"))
        except ValueError:
            raise Wrong(f"no JSON: {line!r}")
        demand(isinstance(message, dict) and "id" in message, "an object with an id", line)
        if "method" in message:
            return self.hear(message, line)
        demand(set(message) == {"id", "result", "error"}, "the members of an answer", line)
        demand(message["id"] in self.pending, "an answer to a question of ours", line)
        meaning = self.pending.pop(message["id"])
        meaning(message["result"], message["error"], line)

    # -- What the pool says ------------------------------------------------------------------------------------------

    def hear(self, message, line):
        method, params = message["method"], message.get("params")
        demand(self.is_subscribed, "nothing before the answer to subscribe", line)
        if method == "mining.set_difficulty":
            text = re.search(rb'"params":\[([0-9.]+)\]', line)
            demand(text and Fraction(text[1].decode()) > 0, "a decimal above zero", line)
            difficulty = Fraction(text[1].decode())
            if self.difficulty is not None and self.difficulty != difficulty:
                self.counts["difficulty_changes"] += 1
            self.difficulty = difficulty
            self.target = int(DIFFERENCE_ONE[self.options.algorithm] / difficulty)
            self.say("difficulty", difficulty=text[1].decode())
        elif method == "mining.notify":
            demand(self.target is not None, "a difficulty before the first job", line)
            before = self.job
            self.job = Job(params, self.extranonce1, self.target)
            self.extranonce2 = self.nonce = 0
            if before is not None and before.previous != self.job.previous:
                demand(self.job.clean, "clean work on a new tip", line)
                self.counts["tips"] += 1
                self.tip_at = time.monotonic()
            elif before is not None and before.extranonce1 == self.job.extranonce1:
                demand(not self.job.clean, "work that goes on while the tip is the same", line)
            self.say("job", job=self.job.name, clean=self.job.clean)
        elif method == "mining.set_extranonce":
            self.extranonce1 = bytes.fromhex(params[0])
            demand(len(self.extranonce1) == 4 and params[1] == 4, "four bytes each", line)
        elif method == "client.reconnect":
            self.counts["reconnects_asked"] += 1
            self.is_leaving = time.monotonic()
        elif method == "client.show_message":
            self.say("message", text=params[0])
        else:
            demand(method == "client.get_version", "a known method", line)

    def subscribed(self, result, error, line):
        demand(error is None and isinstance(result, list) and len(result) == 3, "a subscription", line)
        names = [entry[0] for entry in result[0]]
        demand(names == ["mining.set_difficulty", "mining.notify"], "two subscriptions", line)
        demand(result[0][0][1] == result[0][1][1], "one session", line)
        demand(re.fullmatch("[0-9a-f]{8}", result[1]) and result[2] == 4, "extranonces of four bytes", line)
        is_resumed = result[0][0][1] == self.session
        self.session, self.extranonce1 = result[0][0][1], bytes.fromhex(result[1])
        self.is_subscribed = True
        self.tip_at = time.monotonic()
        self.say("subscribed", session=self.session, extranonce1=result[1], resumed=is_resumed)
        left, self.unanswered = self.unanswered, {}
        for share in left.values():
            if is_resumed and share["extranonce1"] == result[1]:
                self.counts["resent"] += 1
                self.submit(share)
            else:
                self.counts["uncertain"] += 1

    def authorized(self, result, error, line):
        demand(error is None and result is True, "an authorization", line)

    def configured(self, result, error, line):
        demand(error is None and isinstance(result, dict), "what was configured", line)
        demand(set(result) == {"version-rolling", "version-rolling.mask"}, "an entry for each extension", line)
        demand(result["version-rolling"] is True, "bits to roll", line)
        demand(re.fullmatch("[0-9a-f]{8}", result["version-rolling.mask"]), "a mask", line)
        self.mask = int(result["version-rolling.mask"], 16)
        demand(self.mask == MASK, "the bits that both have", line)

    # -- Shares ------------------------------------------------------------------------------------------------------

    def submit(self, share):
        share = dict(share, sent=time.monotonic())
        number = self.next_id + 1
        self.unanswered[number] = share
        self.send("mining.submit", share["params"],
                  lambda result, error, line: self.judged(self.unanswered.pop(number), result, error, line))

    def judged(self, share, result, error, line):
        now = time.monotonic()
        if error is None:
            demand(result is True, "true for an accepted share", line)
            self.counts["accepted"] += 1
            if share["block"]:
                self.blocks.append(share["hash"])
                self.counts["rolled_blocks"] += share["params"][5:] not in ([], ["00000000"])
            self.say("accepted", hash=share["hash"], block=share["block"], ms=round((now - share["sent"]) * 1000, 1))
            return
        demand(result is None and isinstance(error, list) and len(error) == 3 and error[2] is None, "an error", line)
        code, text = error[:2]
        demand(text in TEXTS.get(code, ()), "an error of the page", line)
        self.counts[f"rejected {code} {text}"] += 1
        if code == 22 and share.get("again"):
            self.counts["recorded before"] += 1
        elif text == "The pool cannot record shares at the moment":
            self.counts["unavailable"] += 1
        elif code == 21 and now - self.tip_at < TIP_SECONDS:
            self.counts["stale"] += 1
        else:
            self.wrong.append(text)
            self.say("wrong", text=text, hash=share["hash"], job=share["params"][1])

    def search(self):
        """One hash; a find is sent."""
        job, extranonce2, nonce = self.job, self.extranonce2, self.nonce
        # Whatever the counts of hashes are, each bit of the mask has its turn.
        bits = self.counts["hashes"] * 0x9e3779b1 & self.mask
        header = job.header(extranonce2, job.time, nonce, job.version & ~self.mask | bits)
        number = int.from_bytes(proof_hash(self.options.algorithm, header), "little")
        self.counts["hashes"] += 1
        self.nonce += 1
        if self.nonce == NONCES:
            self.extranonce2, self.nonce = extranonce2 + 1, 0
        if number > job.target:
            return
        params = [self.options.user, job.name, f"{extranonce2:08x}", f"{job.time:08x}", f"{nonce:08x}"]
        if self.mask:
            params.append(f"{bits:08x}")
        self.submit({"params": params, "hash": sha256d(header)[::-1].hex(), "block": number <= job.network_target,
                     "extranonce1": job.extranonce1.hex()})

    # -- The whole ---------------------------------------------------------------------------------------------------

    def is_done(self):
        return (self.counts["accepted"] >= self.options.accepted > 0 or time.monotonic() >= self.deadline
                or self.is_told_to_stop)

    def session_once(self):
        self.connect()
        self.is_leaving = None
        if self.options.roll:
            self.send("mining.configure", [["version-rolling"], {"version-rolling.mask": f"{MASK:08x}",
                      "version-rolling.min-bit-count": 16}], self.configured)
        self.send("mining.subscribe", ["stratum_client/1"] + ([self.session] if self.session else []), self.subscribed)
        self.send("mining.authorize", [self.options.user, self.options.password], self.authorized)
        pause = 1.0 / self.options.limit if self.options.limit else 0
        next_at = time.monotonic()
        while not self.is_done():
            now = time.monotonic()
            oldest = min((share["sent"] for share in self.unanswered.values()), default=now)
            if now - oldest > ANSWER_SECONDS:
                raise Broken("no answer")
            is_idle = self.job is None or self.is_leaving is not None
            if self.is_leaving is not None and not self.pending:
                raise Broken("asked to connect again")
            self.receive(0.05 if is_idle else max(0, next_at - now))
            if not is_idle and time.monotonic() >= next_at:
                next_at = max(next_at + pause, time.monotonic() - 1)
                if self.job is not None and self.is_leaving is None:
                    self.search()
        end = time.monotonic() + ANSWER_SECONDS
        while self.pending and time.monotonic() < end:      # what is on its way is waited for
            self.receive(0.2)

    def run(self):
        self.deadline = time.monotonic() + self.options.seconds
        self.is_told_to_stop = False
        signal.signal(signal.SIGTERM, lambda *_: setattr(self, "is_told_to_stop", True))
        try:
            while not self.is_done():
                try:
                    self.session_once()
                except (Broken, OSError) as error:
                    self.say("broken", reason=str(error))
                    self.counts["broken"] += 1
                    for share in self.unanswered.values():
                        share["again"] = True
                    self.pending = {}
                    time.sleep(RETRY_SECONDS)
        except Wrong as error:
            self.wrong.append(str(error))
        self.counts["uncertain"] += len(self.unanswered)
        enough = self.counts["accepted"] >= self.options.accepted
        self.say("end", wrong=self.wrong, blocks=self.blocks, **self.counts)
        return 0 if enough and not self.wrong else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--ca", help="PEM file of who vouches for the pool; without it nobody has to")
    parser.add_argument("--user", required=True, help="ADDRESS or ADDRESS.WORKER")
    parser.add_argument("--password", default="x")
    parser.add_argument("--roll", action="store_true", help="roll the version's bits too")
    parser.add_argument("--algorithm", choices=sorted(DIFFERENCE_ONE), default="scrypt")
    parser.add_argument("--accepted", type=int, default=0, help="end after so many accepted shares")
    parser.add_argument("--seconds", type=float, default=120, help="end after so long")
    parser.add_argument("--limit", type=float, default=0, help="hashes a second, 0: as many as it can")
    sys.exit(Miner(parser.parse_args()).run())


if __name__ == "__main__":
    main()
