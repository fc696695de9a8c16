#!/usr/bin/env python3
"""Goes through the refusals of the stratum interface's page (docs/stratum.md) at a real pool, each with a share that earns it.

Python 3 (3.9 or newer), standard library only.  Prints a line for each answer; exit status 0 when all are as the page says.
The pool must have an easy share difficulty and regtest's network target: about half of all hashes are blocks, and some are
only shares.
"""

import argparse
import json
import socket
import ssl
import sys
import time
from fractions import Fraction

from stratum_client import DIFFERENCE_ONE, MASK, Job, proof_hash

AWAY = [20, "The pool cannot record shares at the moment", None]


class Refusals:
    def __init__(self, options):
        self.options = options
        self.failures = 0
        self.next_id = 0
        self.nonce = 0
        self.job = self.target = None
        # An address of its own: what is refused here is held against nobody else.
        plain = socket.create_connection((options.host, options.port), timeout=30, source_address=(options.source, 0))
        if options.tls:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            plain = context.wrap_socket(plain, server_hostname=options.host)
        self.socket, self.lines = plain, plain.makefile("rb")

    # -- Lines -------------------------------------------------------------------------------------------------------

    def read(self):
        """One line; what the pool says of its own accord is taken in."""
        line = self.lines.readline()
        if not line:
            raise SystemExit("closed by the pool")
        message = json.loads(line)
        if message.get("method") == "mining.set_difficulty":
            difficulty = Fraction(line.decode().split("[")[1].split("]")[0])
            self.target = int(DIFFERENCE_ONE[self.options.algorithm] / difficulty)
        elif message.get("method") == "mining.notify":
            self.job = Job(message["params"], self.extranonce1, self.target)
        return message

    def ask(self, method, params=()):
        self.next_id += 1
        return self.ask_line(json.dumps({"id": self.next_id, "method": method, "params": list(params)}), self.next_id)

    def ask_line(self, line, id):
        self.socket.sendall(line.encode() + b"\n")
        while True:
            message = self.read()
            if "method" not in message and message["id"] == id:
                if is_subscription(message):
                    self.extranonce1 = bytes.fromhex(message["result"][1])
                return message

    def expect(self, what, answer, code=None, text=None):
        """An error, or `true` without one."""
        is_right = is_as(answer, code, text)
        self.failures += not is_right
        print("ok  " if is_right else "FAIL", what, json.dumps(answer), flush=True)

    # -- Shares ------------------------------------------------------------------------------------------------------

    def share(self, kind, job=None, seconds=0, bits=None, mask=0):
        """A share of a job whose hash is a `block`, only a `share`, or `neither`."""
        job = job or self.job
        when = job.time + seconds
        version = job.version & ~mask | (bits or 0)
        while True:
            self.nonce += 1
            header = job.header(0, when, self.nonce, version)
            number = int.from_bytes(proof_hash(self.options.algorithm, header), "little")
            found = "block" if number <= job.network_target else "share" if number <= job.target else "neither"
            if found == kind:
                break
        params = [self.options.user, job.name, "00000000", f"{when:08x}", f"{self.nonce:08x}"]
        return params + ([] if bits is None else [f"{bits:08x}"])

    def submit(self, what, make, code=None, text=None):
        """Sends what `make` gives; anew when a tip that came meanwhile made it stale, or the database was away."""
        for attempt in range(20):
            before = self.job
            answer = self.ask("mining.submit", make())
            is_overtaken = self.job.previous != before.previous
            if is_as(answer, code, text) or not (is_overtaken or answer["error"] == AWAY):
                break
            time.sleep(0.2)
        self.expect(what, answer, code, text)

    # -- The whole ---------------------------------------------------------------------------------------------------

    def run(self):
        user = self.options.user
        nothing = [user, "00" * 9, "00000000", "00000000", "00000000"]
        self.expect("a share before the subscription", self.ask("mining.submit", nothing), 25, "Not subscribed")
        self.expect("no JSON", self.ask_line("share, please", None), 20, "Malformed request")
        self.expect("another method", self.ask("mining.everything"), 20, "Unknown method")
        self.ask("mining.subscribe", ["stratum_refusals/1"])
        while self.job is None:
            self.read()
        self.expect("a second subscription", self.ask("mining.subscribe"), 20, "Already subscribed")
        self.submit("a share of nobody", lambda: self.share("share"), 24, "Unauthorized worker")
        self.expect("a name without an address", self.ask("mining.authorize", ["rig1", "x"]), 24,
                    "The name does not begin with an address of this pool's chain")
        self.expect("a worker of two words", self.ask("mining.authorize", [user.split(".")[0] + ".two words", "x"]), 24,
                    "A worker's name has 1 to 64 letters, digits and ._-")
        self.expect("a good name", self.ask("mining.authorize", [user, f"fd={self.options.difficulty}"]))
        self.submit("a share", lambda: self.keep(self.share("share")))
        self.submit("the same again", lambda: self.kept, 22, "Duplicate share")
        spelled = self.kept[:3] + [self.kept[3].upper(), self.kept[4].upper(), "00000000"]
        self.submit("the same, spelled otherwise", lambda: spelled, 22, "Duplicate share")
        self.submit("too little work", lambda: self.share("neither"), 23, "Low difficulty share")
        self.submit("a time long ago", lambda: self.share("share", seconds=1 - self.job.time), 20, "Time out of range")
        self.submit("a time far ahead", lambda: self.share("share", seconds=86_400), 20, "Time out of range")
        self.submit("an extranonce2 of three bytes", lambda: self.with_extranonce2("000000"), 20,
                    "Wrong length of extranonce2")
        self.submit("an extranonce2 of five bytes", lambda: self.with_extranonce2("0000000000"), 20,
                    "Wrong length of extranonce2")
        self.submit("three parameters", lambda: self.share("share")[:3], 20, "Malformed request")
        self.submit("a job that never was", lambda: [user, "ff" * 9] + self.share("share")[2:], 21, "Job not found")
        self.submit("another's name", lambda: [user + "2"] + self.share("share")[1:], 24, "Unauthorized worker")
        self.submit("bits without the extension", lambda: self.share("share", bits=0x2000, mask=MASK), 20,
                    "Version bits outside the mask")
        granted = self.ask("mining.configure", [["version-rolling"], {"version-rolling.mask": "0000e000"}])["result"]
        mask = int(granted["version-rolling.mask"], 16)
        self.submit("bits of the mask", lambda: self.share("share", bits=0x6000, mask=mask))
        self.submit("bits outside the mask", lambda: self.share("share", bits=0x12000, mask=MASK), 20,
                    "Version bits outside the mask")
        self.submit("a block", lambda: self.keep_job(self.share("block")))
        while self.job.previous == self.solved.previous:
            self.read()
        self.submit("a share of the old tip", lambda: self.share("share", job=self.solved), 21, "Stale share")
        self.submit("a share of the new one", lambda: self.share("share"))
        return 1 if self.failures else 0

    def keep(self, share):
        self.kept = share
        return share

    def keep_job(self, share):
        self.solved = self.job
        return share

    def with_extranonce2(self, text):
        share = self.share("share")
        return share[:2] + [text] + share[3:]


def is_as(answer, code, text):
    return (answer["result"], answer["error"]) == ((True, None) if code is None else (None, [code, text, None]))


def is_subscription(message):
    return isinstance(message["result"], list) and len(message["result"]) == 3


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--source", default="127.0.0.1", help="the address to come from")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--user", required=True, help="ADDRESS.WORKER")
    parser.add_argument("--difficulty", required=True, help="the pool's easiest")
    parser.add_argument("--algorithm", choices=sorted(DIFFERENCE_ONE), default="scrypt")
    sys.exit(Refusals(parser.parse_args()).run())


if __name__ == "__main__":
    main()
