#!/usr/bin/env python3
"""A miner and a checker for the mining pool interface "jobs and bins" (JSON over HTTP).

Python 3 (3.9 or newer), standard library only.  `bins_client.py --help` teaches the protocol,
`bins_client.py COMMAND --help` the options of one command.
"""

import argparse
import collections
import email.utils
import hashlib
import http.client
import itertools
import json
import re
import signal
import subprocess
import sys
import time
import urllib.parse

GUIDE = """\
how mining in bins works
  1. POST /newclient      {"public_key"} or {"address"}      -> an id; payouts go to the key's address
  2. GET  /getblock       the job: everything of the header except time, nonce and the extranonces
  3. POST /getbin         {"public_key","id"}                 -> a bin: the numbers that are yours alone
  4. search the bin       every extranonce2 and every nonce of it:
       coinbase = coinbase_1 + extranonce1 + extranonce2 (big-endian) + coinbase_2
       root     = SHA256d(coinbase), then for each branch: root = SHA256d(root + branch)
       header   = version LE4, previous hash (bytes reversed), root, time LE4, bits LE4, nonce LE4
       proof    = scrypt(header, header, N=1024, r=1, p=1) or SHA256d(header), as the job says
     read as a little-endian number; a proof not above the bin's share_target is a share.
  5. POST /reduce_diff_hash  {"public_key","id","bin","hashes":[{"extranonce2","nonce","hash"}],"done"}
     The answer judges every hash, names the current job and may hold the next bin.
  6. Go on with next_bin or with step 3.  A new previous hash makes the old bins worthless.

examples
  bins_client.py mine      --url http://127.0.0.1:8080 --public-key 0279be66... --accepted 5
  bins_client.py mine      --url http://127.0.0.1:8080 --address ltc1q... --seconds 60 --limit 200 --json
  bins_client.py status    --url http://127.0.0.1:8080
  bins_client.py watch     --url http://127.0.0.1:8080 --events 3
  bins_client.py refusals  --url http://127.0.0.1:8080 --public-key 0279be66...

exit status: 0 when the command did what was asked, 1 on failure, 2 on wrong options.
"""

MAX_ANSWER = 8 << 20        # bytes of an answer that we are willing to read
MAX_BODY = 64 << 10         # bytes of a request that the pool is willing to read
HASHES_PER_CALL = 400       # the pool takes 1,000, but with their "hash" those exceed MAX_BODY
FLUSH_SECONDS = 1.0         # a share waits at most this long for company
POLL_SECONDS = 3.0          # ask for the current job when nothing else told us for this long
LEASE_MARGIN = 1.0          # stop searching a bin so long before it expires

# Two public keys that everybody knows (the generator point G and 2G): for tests only.
TEST_KEYS = ("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
             "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5")


class ClientError(Exception):
    """Anything that ends a command; its text is what the user reads."""


class Unreachable(ClientError):
    """No answer came at all."""


class PoolError(ClientError):
    """The pool refused a request."""

    def __init__(self, what, answer):
        self.status = answer.status
        super().__init__(f"{what}: the pool answered {answer.describe()}")


# ---------------------------------------------------------------------------------------------
# HTTP
# ---------------------------------------------------------------------------------------------

class Answer:
    """One HTTP answer: status, headers, raw body and, when it is JSON, its value in `json`."""

    def __init__(self, status, headers, raw):
        self.status, self.headers, self.raw = status, headers, raw
        try:
            self.json = json.loads(raw.decode("utf-8"))
        except (ValueError, RecursionError):
            self.json = None

    def error(self):
        """(code, message) of an error answer, or None when it has not the documented form."""
        error = self.json.get("error") if isinstance(self.json, dict) else None
        if isinstance(error, dict) and all(isinstance(error.get(k), str) for k in ("code", "message")):
            return error["code"], error["message"]
        return None

    def describe(self):
        error = self.error()
        if error:
            return f"{self.status} {error[0]}: {error[1]}"
        text = " ".join(self.raw.decode("utf-8", "replace").split())
        return f"{self.status} {text[:200]}" + ("…" if len(text) > 200 else "")


class Pool:
    """One keep-alive connection to the pool; counts the requests by kind."""

    def __init__(self, url, timeout, patience=30.0, reconnect=30.0):
        parts = urllib.parse.urlsplit(url if "//" in url else "//" + url, scheme="http")
        try:
            port = parts.port
            (parts.hostname or "").encode("idna")
        except ValueError:                     # UnicodeError is one, too
            raise ClientError(f"--url {url}: not a host name and a port below 65536")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ClientError(f"--url {url}: expected http://HOST:PORT or https://HOST:PORT")
        self.where = f"{parts.scheme}://{parts.netloc}"
        self.base = parts.path.rstrip("/")
        self.timeout = timeout
        self.patience = patience               # seconds to keep asking a pool that is busy (429, 503)
        self.reconnect = reconnect             # seconds to keep asking a pool that does not answer
        self.deadline = float("inf")           # never ask again after this (monotonic) time
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self.new_connection = lambda: kind(parts.hostname, port, timeout=timeout)
        self.connection = self.new_connection()
        self.requests = collections.Counter()
        self.clock_offset = 0.0                # the pool's clock minus ours
        self.bare_429 = False                  # a 429 without Retry-After was seen
        self.seen_429 = False

    def now(self):
        """Unix time by the pool's clock (its Date header), which `expires_at` belongs to."""
        return time.time() + self.clock_offset

    def close(self):
        self.connection.close()

    def target(self, path, query=None):
        return self.base + path + ("?" + urllib.parse.urlencode(query) if query else "")

    def once(self, method, path, body=None, query=None):
        """One request, one answer of whatever status. A connection that the pool closed while it
        was idle is opened again once. Raises OSError or HTTPException."""
        headers = {"Accept": "application/json"}
        if body is not None:
            if not isinstance(body, bytes):
                body = json.dumps(body, separators=(",", ":")).encode()
            headers["Content-Type"] = "application/json"
        for attempt in (1, 2):
            reused = self.connection.sock is not None
            try:
                try:
                    self.connection.request(method, self.target(path, query), body, headers)
                except (BrokenPipeError, ConnectionResetError):
                    if not body or len(body) <= MAX_BODY:
                        raise
                    # An early refusal of a long body: its answer may still be there to read.
                response = self.connection.getresponse()
                raw = response.read(MAX_ANSWER + 1)
                if len(raw) > MAX_ANSWER:
                    raise http.client.HTTPException(f"answer over {MAX_ANSWER} bytes")
                break
            except (OSError, http.client.HTTPException) as error:
                self.connection.close()
                idle_close = isinstance(error, (http.client.RemoteDisconnected, BrokenPipeError,
                                                ConnectionResetError))
                if not (attempt == 1 and reused and idle_close):
                    raise
        self.requests[path.lstrip("/")] += 1
        date = email.utils.parsedate_tz(response.headers.get("Date") or "")
        if date:
            offset = email.utils.mktime_tz(date) - time.time()
            # Date has whole seconds: correct our clock only when it is really off.
            self.clock_offset = offset if abs(offset) > 2 else 0.0
        return Answer(response.status, response.headers, raw)

    def patient(self, method, path, body=None, query=None, wait_for=(429, 503)):
        """As `once`, but waits and asks again, for a while, when the pool is busy or away."""
        begin = time.monotonic()
        pause = 0.5
        while True:
            trouble = None
            try:
                answer = self.once(method, path, body, query)
                if answer.status == 429:
                    self.seen_429 = True
                    self.bare_429 |= answer.headers.get("Retry-After") is None
                if answer.status not in wait_for:
                    return answer
                asked = answer.headers.get("Retry-After", "")
                delay = float(asked) if asked.isdigit() else 1.0
            except (OSError, http.client.HTTPException) as error:
                trouble, delay = error, pause
                pause = min(pause * 2, 5.0)
            give_up = min(begin + (self.reconnect if trouble else self.patience), self.deadline)
            if time.monotonic() + delay > give_up:
                if trouble is None:
                    return answer
                raise Unreachable(f"{method} {path}: no answer from {self.where} "
                                  f"({type(trouble).__name__}: {trouble})")
            time.sleep(delay)

    def get(self, path, query=None):
        return self.expect(200, "GET", path, None, query)

    def post(self, path, body, status=200):
        return self.expect(status, "POST", path, body)

    def expect(self, status, method, path, body=None, query=None):
        answer = self.patient(method, path, body, query)
        if answer.status != status:
            raise PoolError(f"{method} {path}", answer)
        if not isinstance(answer.json, dict):
            raise ClientError(f"{method} {path}: the answer is not a JSON object: {answer.describe()}")
        return answer.json

    def events(self, query=None, seconds=60.0):
        """Server-sent events of /events as (name, data), on a connection of its own; raises
        ClientError when they end or when `seconds` have passed."""
        deadline = time.monotonic() + seconds
        connection = self.new_connection()
        try:
            try:
                connection.connect()
                sock = connection.sock
                connection.request("GET", self.target("/events", query), headers={"Accept": "text/event-stream"})
                response = connection.getresponse()
                if response.status != 200:
                    raise PoolError("GET /events", Answer(response.status, response.headers,
                                                          response.read(MAX_ANSWER)))
                name, data = "message", []
                while True:
                    left = deadline - time.monotonic()
                    if left <= 0:
                        raise TimeoutError
                    sock.settimeout(left)
                    line = response.readline(MAX_ANSWER)
                    if not line:
                        raise ClientError("GET /events: the pool closed the stream")
                    text = line.decode("utf-8", "replace").rstrip("\r\n")
                    field, _, value = text.partition(":")
                    value = value[1:] if value.startswith(" ") else value
                    if field == "event":
                        name = value
                    elif field == "data":
                        data.append(value)
                    elif not text:                              # an empty line ends the event
                        if data:
                            try:
                                event = json.loads("\n".join(data))
                            except ValueError:
                                raise ClientError(f"GET /events: the data of `{name}` is not JSON: {data[0][:200]}")
                            yield name, event
                        name, data = "message", []
            except TimeoutError:
                raise ClientError(f"GET /events: {seconds:g} seconds passed before enough events came")
            except (OSError, http.client.HTTPException) as error:
                raise ClientError(f"GET /events: no stream from {self.where} ({type(error).__name__}: {error})")
        finally:
            connection.close()


# ---------------------------------------------------------------------------------------------
# Jobs, bins and hashes
# ---------------------------------------------------------------------------------------------

def take(record, what, **fields):
    """The named fields of a JSON object, checked: `int`, `str`, `hex`, `hex32` (64 digits), `list`."""
    values = []
    for name, kind in fields.items():
        value = record.get(name) if isinstance(record, dict) else None
        if kind == "int":
            good = isinstance(value, int) and not isinstance(value, bool)
        elif kind == "list":
            good = isinstance(value, list)
        else:
            good = isinstance(value, str) and (kind != "str" or value != "")
            if good and kind != "str":
                try:
                    size = len(bytes.fromhex(value))
                    good = value == value.lower() and (kind == "hex" or size == 32)
                except ValueError:
                    good = False
        if not good:
            raise ClientError(f"the pool's {what}: field `{name}` should be {kind}, but is {json.dumps(value)[:80]}")
        values.append(value)
    return values


def sha256d(data):
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def scrypt(data):
    return hashlib.scrypt(data, salt=data, n=1024, r=1, p=1, dklen=32)


ALGORITHMS = {"scrypt": scrypt, "sha256d": sha256d}


def number(digest):
    """The number that a proof hash stands for."""
    return int.from_bytes(digest, "little")


class Job:
    """The answer of /getblock."""

    def __init__(self, record):
        (self.id, self.height, self.algorithm, self.version, previous, bits, self.curtime, self.mintime,
         coinbase_1, coinbase_2, self.extranonce1_size, self.extranonce2_size, branch, target) = take(
            record, "job", job_id="str", height="int", algorithm="str", version="int",
            previous_block_hash="hex32", bits="hex", curtime="int", mintime="int", coinbase_1="hex",
            coinbase_2="hex", extranonce1_size="int", extranonce2_size="int", merkle_branch="list",
            network_target="hex32")
        if self.algorithm not in ALGORITHMS:
            raise ClientError(f"the pool's job: algorithm `{self.algorithm}` is unknown to this client")
        if len(bits) != 8:
            raise ClientError(f"the pool's job: field `bits` should be 8 hex digits, but is {bits}")
        self.proof = ALGORITHMS[self.algorithm]
        self.previous = previous                                    # display order
        self.bits = bytes.fromhex(bits)[::-1]
        self.coinbase_1, self.coinbase_2 = bytes.fromhex(coinbase_1), bytes.fromhex(coinbase_2)
        self.branch = [bytes.fromhex(take({"merkle_branch": b}, "job", merkle_branch="hex32")[0]) for b in branch]
        self.network_target = int(target, 16)

    def header(self, extranonce1, extranonce2, header_time, nonce):
        return self.header_start(extranonce1, extranonce2, header_time) + nonce.to_bytes(4, "little")

    def header_start(self, extranonce1, extranonce2, header_time):
        """The first 76 bytes of the header: all but the nonce."""
        root = sha256d(self.coinbase_1 + extranonce1
                       + extranonce2.to_bytes(self.extranonce2_size, "big") + self.coinbase_2)
        for step in self.branch:
            root = sha256d(root + step)
        return ((self.version & 0xffffffff).to_bytes(4, "little") + bytes.fromhex(self.previous)[::-1] + root
                + header_time.to_bytes(4, "little") + self.bits)


class Bin:
    """The answer of /getbin, or a `next_bin`."""

    def __init__(self, record):
        (self.lease, self.job_id, extranonce1, self.extranonce2_start, self.extranonce2_count, self.nonce_start,
         self.nonce_count, self.time, target, self.size, self.expires_at) = take(
            record, "bin", bin="str", job_id="str", extranonce1="hex", extranonce2_start="int",
            extranonce2_count="int", nonce_start="int", nonce_count="int", time="int", share_target="hex32",
            size="int", expires_at="int")
        self.extranonce1 = bytes.fromhex(extranonce1)
        self.share_target = int(target, 16)
        if (min(self.extranonce2_start, self.nonce_start, self.time) < 0
                or min(self.extranonce2_count, self.nonce_count) < 1
                or self.nonce_start + self.nonce_count > 1 << 32):
            raise ClientError(f"the pool's bin has impossible numbers: {json.dumps(record)[:400]}")

    def check_against(self, job):
        if len(self.extranonce1) != job.extranonce1_size:
            raise ClientError(f"the pool's bin: extranonce1 has {len(self.extranonce1)} bytes, "
                              f"its job says {job.extranonce1_size}")
        if self.extranonce2_start + self.extranonce2_count > 1 << (8 * job.extranonce2_size):
            raise ClientError("the pool's bin: its extranonce2 does not fit in "
                              f"{job.extranonce2_size} bytes")

    def extranonces2(self):
        return range(self.extranonce2_start, self.extranonce2_start + self.extranonce2_count)

    def nonces(self):
        return range(self.nonce_start, self.nonce_start + self.nonce_count)

    def search(self, job):
        """Every (extranonce2, nonce, proof hash) of the bin, in order."""
        return hash_pairs(job, self, self.extranonces2(), self.nonces())


def hash_pairs(job, lease, extranonces2, nonces):
    proof = job.proof
    for extranonce2 in extranonces2:
        start = job.header_start(lease.extranonce1, extranonce2, lease.time)
        for nonce in nonces:
            yield extranonce2, nonce, proof(start + nonce.to_bytes(4, "little"))


def identity(args):
    """The field that says who we are: public_key or address."""
    if getattr(args, "public_key", None):
        return {"public_key": args.public_key}
    return {"address": args.address}


# ---------------------------------------------------------------------------------------------
# mine
# ---------------------------------------------------------------------------------------------

class Miner:
    """Searches bins until its goal is reached."""

    def __init__(self, pool, who, worker, accepted_goal, seconds, limit, log):
        self.pool, self.who, self.worker, self.limit, self.log = pool, who, worker, limit, log
        self.accepted_goal = accepted_goal
        self.started = time.monotonic()
        self.deadline = self.started + seconds
        pool.deadline = self.deadline + 2
        self.me = {}
        self.jobs = {}                         # job id -> Job, the last few
        self.current = None                    # the job of the pool's latest word
        self.heard = 0.0                       # when that word came
        self.offered = collections.deque()     # bins offered ahead of need
        self.pending = []                      # shares that wait to be sent
        self.pending_since = 0.0
        self.rate = 0.0                        # hashes per second, measured
        self.allowed = 0.0                     # with --limit: when the next hash may be made
        self.look_at = 0                       # number of hashes at which to look around
        self.misunderstood = 0                 # refusals in a row that speak of a fault, not of bad luck
        self.joins = 0
        self.job_count = 0
        self.hashes = self.accepted = self.blocks = 0
        self.rejected = collections.Counter()
        self.bin_sizes = []
        self.bins_finished = self.bins_offered = 0

    # -- what the summary says ---------------------------------------------------------------

    def summary(self, error=None):
        seconds = time.monotonic() - self.started
        report = {
            "id": self.me.get("id"), "address": self.me.get("address"), "worker": self.me.get("worker"),
            "algorithm": self.current.algorithm if self.current else None,
            "seconds": round(seconds, 3), "hashes": self.hashes,
            "hashrate": round(self.hashes / seconds, 1) if seconds else 0,
            "requests": dict(sorted(self.pool.requests.items())), "jobs": self.job_count,
            "bins": len(self.bin_sizes), "bins_finished": self.bins_finished,
            "bins_offered": self.bins_offered, "bin_sizes": self.bin_sizes,
            "accepted": self.accepted, "rejected": dict(sorted(self.rejected.items())), "blocks": self.blocks,
        }
        if error:
            report["error"] = error
        return report

    # -- talking to the pool -----------------------------------------------------------------

    def credentials(self):
        return dict(self.who, id=self.me["id"])

    def join(self):
        body = dict(self.who)
        if self.worker is not None:
            body["worker"] = self.worker
        self.me = self.pool.post("/newclient", body, status=201)
        take(self.me, "answer to /newclient", id="str", address="str", worker="str")
        self.joins += 1
        self.log(f"joined as {self.me['id']}, worker {self.me['worker']}, payouts to {self.me['address']}")

    def keep_job(self, record):
        job = Job(record)
        if job.id not in self.jobs:
            self.job_count += 1
            while len(self.jobs) > 7:
                del self.jobs[next(iter(self.jobs))]
        return self.jobs.setdefault(job.id, job)

    def ask_current_job(self):
        self.set_current(self.keep_job(self.pool.get("/getblock")))

    def set_current(self, job):
        self.heard = time.monotonic()
        if self.current is None or job.id != self.current.id:
            self.log(f"job {job.id}, height {job.height}, {job.algorithm}")
            self.current = job

    def hear_current_id(self, job_id):
        """The pool named its current job in passing."""
        self.heard = time.monotonic()
        if isinstance(job_id, str) and job_id != self.current.id:
            if job_id in self.jobs:
                self.set_current(self.jobs[job_id])
            else:
                self.ask_current_job()

    def job_of(self, lease):
        """The job of a bin, or None when it is dead already."""
        if lease.job_id not in self.jobs:
            answer = self.pool.patient("GET", "/getblock", query={"job_id": lease.job_id})
            if answer.status == 404:
                return None
            if answer.status != 200:
                raise PoolError("GET /getblock?job_id=", answer)
            self.keep_job(answer.json)
        job = self.jobs[lease.job_id]
        lease.check_against(job)
        return job

    def alive(self, lease, job):
        """A bin is worth searching while it is ours and its job builds on the current tip."""
        return job.previous == self.current.previous and self.pool.now() < lease.expires_at - LEASE_MARGIN

    def next_bin(self):
        """(bin, job) to search next: an offered one when it is still good, else a fresh one."""
        while self.offered:
            lease = self.offered.popleft()
            job = self.job_of(lease)
            if job is not None and self.alive(lease, job):
                return lease, job
        body = self.credentials()
        if self.rate:
            body["hashrate"] = max(1, round(self.rate))
        lease = Bin(self.pool.post("/getbin", body))
        job = self.job_of(lease)
        if job is not None:
            self.set_current(job)              # a fresh bin belongs to the newest job
        return lease, job

    def send(self, lease, done=False):
        """Send the waiting shares; returns False when the pool says that the bin is no good any more."""
        good = True
        while self.pending or done:
            part, self.pending = self.pending[:HASHES_PER_CALL], self.pending[HASHES_PER_CALL:]
            last = not self.pending
            answer = self.pool.post("/reduce_diff_hash", dict(
                self.credentials(), bin=lease.lease, hashes=part, done=done and last))
            results, = take(answer, "answer to /reduce_diff_hash", results="list")
            if len(results) != len(part):
                raise ClientError(f"/reduce_diff_hash: {len(part)} hashes sent, {len(results)} results came")
            for result in results:
                good &= self.count(result)
            if answer.get("next_bin") is not None:
                self.bins_offered += 1
                self.offered.append(Bin(answer["next_bin"]))
            self.hear_current_id(answer.get("current_job_id"))
            if last:
                break
        return good

    def count(self, result):
        status, = take(result, "result of a hash", status="str")
        if status == "accepted":
            self.accepted += 1
            self.misunderstood = 0
            if result.get("block") is True:
                self.blocks += 1
                self.log("a share solved a block")
            return True
        reason = str(result.get("reason"))
        self.rejected[reason] += 1
        self.log(f"a share was refused: {reason}")
        if reason in ("stale", "expired"):
            return False
        if reason != "duplicate":
            self.misunderstood += 1
            if self.misunderstood >= 10:
                raise ClientError(f"ten shares in a row were refused, the last with `{reason}`: "
                                  "this client and the pool build different headers")
        return True

    # -- the search --------------------------------------------------------------------------

    def finished(self):
        return (self.accepted_goal is not None and self.accepted >= self.accepted_goal) \
            or time.monotonic() >= self.deadline

    def measure(self):
        """A first guess of our speed, so that the first bin fits."""
        header, begin, made = bytes(80), time.monotonic(), 0
        while time.monotonic() < begin + 0.1:
            self.current.proof(header)
            made += 1
        self.rate = made / (time.monotonic() - begin)
        if self.limit:
            self.rate = min(self.rate, self.limit)

    def search(self, lease, job):
        """Search one bin until its end, its death or our goal."""
        self.bin_sizes.append(lease.size)
        self.log(f"bin of {lease.size} hashes in job {job.id}")
        begin, at_begin = time.monotonic(), self.hashes
        for extranonce2, nonce, digest in lease.search(job):
            self.hashes += 1
            value = number(digest)
            if value <= lease.share_target:
                if not self.pending:
                    self.pending_since = time.monotonic()
                self.pending.append({"extranonce2": extranonce2, "nonce": nonce, "hash": digest.hex()})
                enough = self.accepted_goal is not None \
                    and self.accepted + len(self.pending) >= self.accepted_goal
                if enough or value <= job.network_target or len(self.pending) >= HASHES_PER_CALL:
                    if not self.send(lease) or self.finished() or not self.alive(lease, job):
                        return
            if self.hashes >= self.look_at:
                if not self.look_around(lease, job):
                    return
                # about fifty looks a second, and not more hashes at a time than --limit permits
                step = max(1, int(self.rate * 0.02))
                self.look_at = self.hashes + step
                if self.limit:
                    now = time.monotonic()
                    self.allowed = max(now, self.allowed) + step / self.limit
                    time.sleep(max(0.0, min(self.allowed, self.deadline) - now))
                spent = time.monotonic() - begin
                if spent > 0.5:
                    self.rate = (self.hashes - at_begin) / spent
        self.bins_finished += 1
        self.send(lease, done=True)

    def look_around(self, lease, job):
        """Between hashes: send what waits, ask for news, tell whether to go on with this bin."""
        now = time.monotonic()
        ending = now >= self.deadline or self.pool.now() >= lease.expires_at - LEASE_MARGIN
        if self.pending and (ending or now - self.pending_since >= FLUSH_SECONDS):
            if not self.send(lease):
                return False
        if ending or self.finished():
            return False
        if now - self.heard >= POLL_SECONDS:
            self.ask_current_job()
        return self.alive(lease, job)

    def run(self):
        self.join()
        self.ask_current_job()
        self.measure()
        while not self.finished():
            try:
                lease, job = self.next_bin()
                if job is None or not self.alive(lease, job):
                    self.log("the pool gave a bin that is dead already; asking again")
                    time.sleep(0.5)
                    continue
                self.search(lease, job)
            except PoolError as error:
                # A pool that forgot us (401) or our bin (400): join again, a few times.
                if error.status not in (400, 401) or self.joins > 3:
                    raise
                self.log(f"{error}; joining again")
                self.offered.clear()
                self.join()
            self.pending.clear()


def command_mine(args):
    def log(text):
        if not args.json:
            print(text, file=sys.stderr, flush=True)

    pool = Pool(args.url, args.timeout)
    miner = Miner(pool, identity(args), args.worker, args.accepted,
                  args.seconds if args.seconds is not None else args.give_up, args.limit, log)
    error = None
    try:
        miner.run()
        if args.accepted is not None and miner.accepted < args.accepted:
            error = f"only {miner.accepted} of {args.accepted} shares were accepted in {args.give_up:g} seconds"
    except ClientError as problem:
        error = str(problem)
    except KeyboardInterrupt:
        error = "interrupted"
    pool.close()
    print(json.dumps(miner.summary(error), indent=None if args.json else 1), flush=True)
    if error:
        raise ClientError(error)


# ---------------------------------------------------------------------------------------------
# watch, status
# ---------------------------------------------------------------------------------------------

def command_watch(args):
    query = dict(identity(args), id=args.id) if args.id else None
    events = Pool(args.url, args.timeout).events(query, args.wait)
    for name, data in itertools.islice(events, args.events):
        print(json.dumps({"event": name, "data": data}), flush=True)


def command_status(args):
    pool = Pool(args.url, args.timeout, patience=5.0, reconnect=5.0)
    report = {"status": pool.get("/status")}
    if args.id:
        report["mystatus"] = pool.post("/mystatus", dict(identity(args), id=args.id))
    pool.close()
    print(json.dumps(report, indent=1))


# ---------------------------------------------------------------------------------------------
# refusals
# ---------------------------------------------------------------------------------------------

class Mismatch(Exception):
    """A check failed: what was expected and what came."""

    def __init__(self, expected, got):
        super().__init__(f"expected {expected} got {got}")


class JobMoved(Exception):
    """The job changed or the bin expired under a check, which then proves nothing: run it again."""


Find = collections.namedtuple("Find", "extranonce2 nonce digest block")   # block: meets the network target


def entry(find, with_hash=True):
    """A hash as /reduce_diff_hash takes it."""
    record = {"extranonce2": find.extranonce2, "nonce": find.nonce}
    if with_hash:
        record["hash"] = find.digest.hex()
    return record


def other_character(text, at):
    """The text with one character replaced by another of its class, so that the form stays right."""
    for group in ("0123456789", "abcdef", "ghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
        if text[at] in group:
            new = group[(group.index(text[at]) + 1) % len(group)]
            break
    else:
        new = "a"
    return text[:at] + new + text[at + 1:]


def forged(text):
    return other_character(text, len(text) // 2)


def without(body, name):
    return {key: value for key, value in body.items() if key != name}


def raw_number(body, text):
    """The body as bytes, with the string "@" replaced by a number that Python would not write."""
    return json.dumps(body).replace('"@"', text, 1).encode()


MALFORMED_JSON = (
    ("empty_body", b""),
    ("truncated", b'{"public_key":'),
    ("trailing_text", b'{} x'),
    ("single_quotes", b"{'public_key':'00'}"),
    ("not_a_number_literal", b'{"x":NaN}'),
    ("invalid_utf8", b'{"worker":"\xff\xfe"}'),
    ("deep_nesting", b"[" * 30000),
    ("array", b"[]"),
    ("string", b'"text"'),
    ("number", b"5"),
    ("null", b"null"),
)
WRONG_STRINGS = (("number", 5), ("list", []), ("object", {}), ("true", True), ("null", None))
BAD_KEYS = (
    ("empty", ""),
    ("not_hex", "02" + "zz" * 32),
    ("odd_length", TEST_KEYS[0][:-1]),
    ("32_bytes", TEST_KEYS[0][:-2]),
    ("34_bytes", TEST_KEYS[0] + "00"),
    ("uncompressed_prefix", "04" + TEST_KEYS[0][2:]),
    ("prefix_05", "05" + TEST_KEYS[0][2:]),
    ("not_on_curve", "02" + "%064x" % 5),
    ("above_field", "02" + "ff" * 32),
    ("non_ascii", "02" + "é" * 64),
)
HUGE_NUMBERS = (("2_to_64", str(1 << 64)), ("10_to_30", "1" + "0" * 30), ("exponent_400", "1e400"),
                ("5000_digits", "9" * 5000))


class Checker:
    """Runs the checks and prints a line for each."""

    def __init__(self, pool, args):
        self.pool, self.args = pool, args
        self.key = {"public_key": args.public_key}
        self.other_key = {"public_key": args.other_public_key}
        self.passed = self.failed = 0
        self.silences = 0                      # checks in a row that got no answer: the pool is gone
        self.lease = self.job = self.pairs = None

    # -- the frame ---------------------------------------------------------------------------

    def check(self, name, test, *parameters, **options):
        """Run one test. It raises when it fails; a text that it returns is added to its name."""
        for attempt in (1, 2, 3):
            try:
                addition = test(*parameters, **options)
                name += addition if isinstance(addition, str) else ""
                problem = None
            except JobMoved:
                self.lease = None
                problem = "expected a job that lasts through the check got a job that changed three times"
                continue
            except Mismatch as error:
                problem = str(error)
            except Unreachable as error:
                self.silences += 1
                if self.silences >= 3:
                    raise
                problem = f"expected an answer got {error}"
                break
            except ClientError as error:
                problem = f"expected an answer as documented got {error}"
            self.silences = 0
            break
        if problem is None:
            self.passed += 1
            print(f"ok {name}", flush=True)
        else:
            self.failed += 1
            print(f"FAIL {name}: {' '.join(problem.split())[:600]}", flush=True)

    def ask(self, method, path, body=None, query=None):
        """One request, waiting for the pool when it is busy (429, 503)."""
        answer = self.pool.patient(method, path, body, query)
        kind = answer.headers.get("Content-Type", "")
        if kind.split(";")[0].strip().lower() != "application/json":
            raise Mismatch("Content-Type: application/json", f"{kind or 'none'} with {answer.describe()}")
        if answer.json is None:
            raise Mismatch("a body in JSON", answer.describe())
        return answer

    def refused(self, method, path, body=None, query=None, status=(400,), field=None):
        """The request must be refused with one of these statuses in the documented form, and a
        400 must name the field."""
        answer = self.ask(method, path, body, query)
        self.judge_refusal(answer, status, field)

    @staticmethod
    def judge_refusal(answer, status, field=None):
        wanted = " or ".join(map(str, status))
        if answer.status not in status:
            raise Mismatch(wanted, answer.describe())
        error = answer.error()
        if error is None or not error[0] or not error[1]:
            raise Mismatch(f'{wanted} with {{"error":{{"code","message"}}}}', answer.describe())
        if answer.status == 400 and field:
            said = error[1].lower().replace("_", " ")
            if not re.search(rf"\b{field.replace('_', ' ')}\b", said):
                raise Mismatch(f"400 with a message that names `{field}`", answer.describe())

    def granted(self, method, path, body=None, query=None, status=200):
        answer = self.ask(method, path, body, query)
        if answer.status != status or not isinstance(answer.json, dict):
            raise Mismatch(f"{status} with an object", answer.describe())
        return answer.json

    # -- clients, bins and finds -------------------------------------------------------------

    def new_client(self, key, **more):
        record = self.granted("POST", "/newclient", dict(key, **more), status=201)
        take(record, "answer to /newclient", id="str", address="str", worker="str")
        return record

    def me(self, **more):
        return dict(self.key, id=self.client["id"], **more)

    def take_bin(self):
        self.lease = Bin(self.granted("POST", "/getbin", self.me()))
        self.job = Job(self.granted("GET", "/getblock", query={"job_id": self.lease.job_id}))
        self.lease.check_against(self.job)
        self.pairs = self.lease.search(self.job)
        return self.lease

    def live_bin(self, margin=5.0):
        if self.lease is None or self.pool.now() > self.lease.expires_at - margin:
            self.take_bin()
        return self.lease

    def share(self, **more):
        """A good body for /reduce_diff_hash, without hashes."""
        return self.me(bin=self.live_bin().lease, **dict({"hashes": [], "done": False}, **more))

    def is_find(self, value):
        """Take shares that solve no block, as a block ends the job; when most shares are blocks
        there is no choice."""
        if value > self.lease.share_target:
            return False
        return value > self.job.network_target or 2 * self.job.network_target > self.lease.share_target

    def finds(self, shares=1, low=0, outside=0):
        """Search the bin for so many shares and hashes above its target, and beside the bin for hashes that
        would be shares; all for the same bin. Returns them in one list, in this order."""
        deadline = time.monotonic() + self.args.search_seconds
        while time.monotonic() < deadline:
            self.live_bin()
            good, bad, beside = [], [], []
            end = self.lease.expires_at - 3
            running = lambda: self.pool.now() < end and time.monotonic() < deadline
            for extranonce2, nonce, digest in self.pairs:
                value = number(digest)
                if self.is_find(value) and len(good) < shares:
                    good.append(Find(extranonce2, nonce, digest, value <= self.job.network_target))
                elif value > self.lease.share_target and len(bad) < low:
                    bad.append(Find(extranonce2, nonce, digest, False))
                if (len(good) == shares and len(bad) == low) or not running():
                    break
            if outside and running():
                for extranonce2, nonce, digest in self.pairs_beside():
                    if self.is_find(number(digest)):
                        beside.append(Find(extranonce2, nonce, digest, False))
                    if len(beside) == outside or not running():
                        break
            if (len(good), len(bad), len(beside)) == (shares, low, outside):
                return good + bad + beside
            self.lease = None                  # at its end or about to expire: take another
        raise Mismatch(f"{shares} shares, {low} weak hashes and {outside} shares beside the bin",
                       f"none within {self.args.search_seconds:g} seconds of search (see --search-seconds)")

    def pairs_beside(self):
        """Hashes of the bin's extranonce1 and time that are not in the bin."""
        lease = self.lease
        after = range(lease.nonce_start + lease.nonce_count, 1 << 32)
        before = range(lease.nonce_start - 1, -1, -1)
        yield from hash_pairs(self.job, lease, (lease.extranonce2_start,), itertools.chain(after, before))
        yield from self.pairs_of_other_extranonce2()

    def pairs_of_other_extranonce2(self):
        lease = self.lease
        top = 1 << (8 * self.job.extranonce2_size)
        others = itertools.chain(range(lease.extranonce2_start + lease.extranonce2_count, top),
                                 range(lease.extranonce2_start - 1, -1, -1))
        yield from hash_pairs(self.job, lease, others, lease.nonces())

    def post_hashes(self, hashes, path="/reduce_diff_hash", who=None, done=False, may_move=False, lease=None, **more):
        """Send hashes of the bin in hand; returns its results in the order of the hashes."""
        lease = lease or self.lease
        body = dict(who or self.me(), bin=lease.lease, hashes=hashes, done=done, **more)
        answer = self.granted("POST", path, body)
        take(answer, "answer to " + path, results="list", current_job_id="str")
        if "next_bin" not in answer:
            raise Mismatch("a field `next_bin` (null or a bin)", json.dumps(answer)[:200])
        if answer["next_bin"] is not None:
            Bin(answer["next_bin"])
        # The page does not promise an order of the results: they say themselves which hash they are of.
        waiting = collections.defaultdict(collections.deque)
        for result in answer["results"]:
            extranonce2, nonce, status = take(result, "result", extranonce2="int", nonce="int", status="str")
            waiting[extranonce2, nonce].append(result)
        results = []
        for one in hashes:
            found = waiting[one["extranonce2"], one["nonce"]]
            if not found:
                raise Mismatch(f"a result for each of {len(hashes)} hashes", json.dumps(answer)[:300])
            results.append(found.popleft())
        if any(waiting.values()):
            raise Mismatch(f"{len(hashes)} results", f"{len(answer['results'])}")
        if not may_move and any(r.get("reason") in ("stale", "expired") for r in results):
            if answer["current_job_id"] != lease.job_id or self.pool.now() > lease.expires_at:
                raise JobMoved
        return results

    @staticmethod
    def judge(result, *expected):
        """`accepted` or the reason of a refusal."""
        got = result["status"] if result["status"] != "rejected" else result.get("reason")
        if got not in expected:
            raise Mismatch(" or ".join(expected), json.dumps(result))
        if got == "accepted" and not isinstance(result.get("block"), bool):
            raise Mismatch("accepted with `block` true or false", json.dumps(result))

    # -- the checks --------------------------------------------------------------------------

    def run(self):
        self.client = self.new_client(self.key)
        self.other = self.new_client(self.other_key)
        self.check_reads()
        self.check_paths_and_methods()
        self.check_bodies()
        self.check_keys()
        self.check_newclient()
        self.check_getbin()
        self.check_identity()
        self.check_reduce_fields()
        self.check_mystatus()
        self.check_shares()
        if self.args.stale_after_command:
            self.check("reduce_diff_hash/stale", self.stale)
        if self.args.expired_wait:
            self.check("reduce_diff_hash/expired", self.expired)
        if self.pool.seen_429:
            self.check("rate_limit/retry_after", self.retry_after)
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return self.failed == 0

    def retry_after(self):
        if self.pool.bare_429:
            raise Mismatch("429 with a header Retry-After", "429 without one")

    def check_reads(self):
        job_form = lambda **query: Job(self.granted("GET", "/getblock", query=query or None))

        def named_job():
            job = job_form()
            again = job_form(job_id=job.id)
            if again.id != job.id:
                raise Mismatch(f"job {job.id}", f"job {again.id}")

        def status_form():
            record = self.granted("GET", "/status")
            take(record, "status", job_id="str", height="int", previous_blocks="list")
            for block in record["previous_blocks"]:
                _, _, state = take(block, "previous_blocks", height="int", hash="hex32", state="str")
                if state not in ("SUBMITTED", "ACCEPTED", "REJECTED", "ORPHANED", "CONFIRMED"):
                    raise Mismatch("a documented state", state)
            for group, names in (("pool", ("hashrate", "clients", "workers")), ("network", ("difficulty",))):
                numbers(record, group, names)

        def numbers(record, group, names):
            for name in names:
                inner = record.get(group)
                value = inner.get(name) if isinstance(inner, dict) else None
                if isinstance(value, bool) or not isinstance(value, (int, float)):
                    raise Mismatch(f"a number `{group}.{name}`", json.dumps(record)[:300])

        def mystatus_form(path):
            record = self.granted("POST", path, self.me())
            take(record, "mystatus", address="str", worker="str", payouts="list")
            numbers({"top": record}, "top", ("hashrate", "bin_size"))
            numbers(record, "shares", ("accepted", "rejected", "stale"))
            numbers(record, "balance", ("immature", "confirmed", "paid", "debt"))
            if record["address"] != self.client["address"]:
                raise Mismatch(f"address {self.client['address']}", record["address"])

        def events_open(query, status):
            connection = self.pool.new_connection()
            try:
                connection.request("GET", self.pool.target("/events", query))
                response = connection.getresponse()
                if response.status != 200:
                    answer = Answer(response.status, response.headers, response.read(MAX_ANSWER))
                    if status == 200:
                        raise Mismatch("200", answer.describe())
                    self.judge_refusal(answer, (status,))
                elif status != 200:
                    raise Mismatch(str(status), "200")
                elif not response.headers.get("Content-Type", "").startswith("text/event-stream"):
                    raise Mismatch("Content-Type: text/event-stream", response.headers.get("Content-Type"))
            except (OSError, http.client.HTTPException) as error:
                raise Mismatch(str(status), f"no answer ({type(error).__name__}: {error})")
            finally:
                connection.close()

        mine = dict(self.key, id=self.client["id"])
        self.check("getblock/form", job_form)
        self.check("getblock/live_job_id", named_job)
        self.check("getblock/unknown_query_field_ignored", job_form, zzz_unknown="1")
        for name, job_id in (("unknown", "no-such-job"), ("path_like", "../../x"), ("long", "f" * 2000)):
            self.check(f"getblock/job_id_{name}_404", self.refused, "GET", "/getblock",
                       query={"job_id": job_id}, status=(404,))
        self.check("status/form", status_form)
        self.check("mystatus/form", mystatus_form, "/mystatus")
        self.check("my_status/form", mystatus_form, "/my_status")
        self.check("events/opens", events_open, None, 200)
        self.check("events/opens_with_id_and_key", events_open, mine, 200)
        self.check("events/opens_with_id_and_address", events_open,
                   {"id": self.client["id"], "address": self.client["address"]}, 200)
        self.check("events/key_of_other_client_401", events_open, dict(self.other_key, id=self.client["id"]), 401)
        self.check("events/forged_id_401", events_open, dict(mine, id=forged(self.client["id"])), 401)

    def check_paths_and_methods(self):
        for method, body in (("GET", None), ("POST", {}), ("DELETE", None)):
            self.check(f"unknown_path/{method}_404", self.refused, method, "/no_such_path", body, status=(404,))
        for path in ("getblock", "status", "events"):
            for method in ("POST", "PUT", "DELETE"):
                body = None if method == "DELETE" else {}
                self.check(f"{path}/{method}_405", self.refused, method, "/" + path, body, status=(405,))
        for path in ("newclient", "getbin", "reduce_diff_hash", "reduce_difficulty_hash", "mystatus", "my_status"):
            for method in ("GET", "PUT", "DELETE"):
                body = {} if method == "PUT" else None
                self.check(f"{path}/{method}_405", self.refused, method, "/" + path, body, status=(405,))

    def check_bodies(self):
        """Bodies that are no JSON object, and bodies at and over the size limit."""
        for path in ("newclient", "getbin", "reduce_diff_hash", "mystatus"):
            for name, body in MALFORMED_JSON:
                self.check(f"{path}/body_{name}_400", self.refused, "POST", "/" + path, body)
        for path in ("reduce_difficulty_hash", "my_status"):
            self.check(f"{path}/body_truncated_400", self.refused, "POST", "/" + path, b'{"id":')
        for path in ("newclient", "getbin", "reduce_diff_hash", "reduce_difficulty_hash", "mystatus", "my_status"):
            def over(path=path):
                body = self.padded({} if path == "newclient" else None, path, MAX_BODY + 1)
                self.refused("POST", "/" + path, body, status=(413,))

            def full(path=path):
                body = self.padded({} if path == "newclient" else None, path, MAX_BODY)
                self.granted("POST", "/" + path, body, status=201 if path == "newclient" else 200)
            self.check(f"{path}/body_65537_bytes_413", over)
            self.check(f"{path}/body_65536_bytes_granted", full)

    def padded(self, more, path, size):
        """A good request for the path, made so long by an unknown field."""
        body = dict(self.key) if path == "newclient" else \
            self.share() if path.startswith("reduce") else self.me()
        body["zzz_unknown"] = ""
        raw = json.dumps(body)
        body["zzz_unknown"] = "x" * (size - len(raw))
        return json.dumps(body).encode()

    def check_keys(self):
        """public_key and address, wherever they are asked for."""
        bodies = {"newclient": lambda: dict(self.key), "getbin": self.me, "reduce_diff_hash": self.share,
                  "mystatus": self.me}
        for path, body in bodies.items():
            def refused(change, field, statuses=(400,), path=path, body=body):
                self.refused("POST", "/" + path, change(body()), field=field, status=statuses)
            self.check(f"{path}/public_key_missing_400", refused, lambda b: without(b, "public_key"), "public_key")
            for name, value in WRONG_STRINGS:
                self.check(f"{path}/public_key_{name}_400", refused,
                           lambda b, v=value: dict(b, public_key=v), "public_key")
            for name, value in BAD_KEYS:
                self.check(f"{path}/public_key_{name}_400", refused,
                           lambda b, v=value: dict(b, public_key=v), "public_key")
            addresses = [(name, value) for name, value in WRONG_STRINGS if value is not None]
            addresses += [("garbage", "not an address"), ("broken_checksum", other_character(
                self.client["address"], len(self.client["address"]) - 3))]
            for name, value in addresses:
                self.check(f"{path}/address_{name}_400", refused,
                           lambda b, v=value: dict(without(b, "public_key"), address=v), "address")

    def check_newclient(self):
        def worker_is(expected, **more):
            got = self.new_client(self.key, **more)["worker"]
            if got != expected:
                raise Mismatch(f"worker {expected}", got)

        def different_ids():
            clients = [self.new_client(self.key, worker="twin") for _ in range(3)] + [self.client]
            if len({c["id"] for c in clients}) != 4:
                raise Mismatch("4 different ids", [c["id"] for c in clients])
            if len({c["address"] for c in clients}) != 1:
                raise Mismatch("one address for one key", [c["address"] for c in clients])
            for client in clients:
                self.granted("POST", "/mystatus", dict(self.key, id=client["id"]))

        def other_address():
            if self.other["address"] == self.client["address"]:
                raise Mismatch("an address of its own for another key", self.other["address"])

        def by_address():
            record = self.new_client({"address": self.client["address"]})
            if record["address"] != self.client["address"]:
                raise Mismatch(self.client["address"], record["address"])
            self.granted("POST", "/getbin", {"address": record["address"], "id": record["id"]})

        self.check("newclient/worker_default", worker_is, "default")
        self.check("newclient/worker_kept", worker_is, "rig1", worker="rig1")
        self.check("newclient/unknown_field_ignored", worker_is, "default", zzz_unknown={"a": [1]})
        self.check("newclient/one_key_several_ids", different_ids)
        self.check("newclient/address_per_key", other_address)
        self.check("newclient/address_in_place_of_key", by_address)
        for name, value in WRONG_STRINGS:
            if value is not None:
                self.check(f"newclient/worker_{name}_400", self.refused, "POST", "/newclient",
                           dict(self.key, worker=value), field="worker")

    def check_getbin(self):
        def form():
            lease = self.take_bin()
            if lease.size != lease.nonce_count * lease.extranonce2_count:
                raise Mismatch("size = nonce_count * extranonce2_count", lease.size)
            if lease.extranonce2_count > 1 and lease.nonce_count != 1 << 32:
                raise Mismatch("nonce_count 4294967296 with extranonce2_count above 1", lease.nonce_count)
            if lease.expires_at <= self.pool.now():
                raise Mismatch("expires_at in the future", lease.expires_at)

        def no_overlap():
            bins = [Bin(self.granted("POST", "/getbin", self.me())) for _ in range(3)]
            bins += [Bin(self.granted("POST", "/getbin", dict(self.other_key, id=self.other["id"])))
                     for _ in range(2)]
            meet = lambda a, b: a.start < b.stop and b.start < a.stop
            for a, b in itertools.combinations(bins, 2):
                if (a.job_id, a.extranonce1) == (b.job_id, b.extranonce1) and a.time == b.time \
                        and meet(a.nonces(), b.nonces()) and meet(a.extranonces2(), b.extranonces2()):
                    raise Mismatch("bins that do not overlap", f"{vars(a)} and {vars(b)}")

        def answered(text):
            answer = self.ask("POST", "/getbin", raw_number(self.me(hashrate="@"), text))
            if answer.status == 200:
                Bin(answer.json)
            else:
                self.judge_refusal(answer, (200, 400), "hashrate")

        self.check("getbin/form", form)
        self.check("getbin/bins_never_overlap", no_overlap)
        self.check("getbin/hashrate_hint", self.granted, "POST", "/getbin", self.me(hashrate=1000))
        self.check("getbin/unknown_field_ignored", self.granted, "POST", "/getbin", self.me(zzz_unknown=[{}]))
        self.check("getbin/address_in_place_of_key", self.granted, "POST", "/getbin",
                   {"address": self.client["address"], "id": self.client["id"]})
        for name, value in (("text", "fast"), ("list", []), ("object", {}), ("true", True)):
            self.check(f"getbin/hashrate_{name}_400", self.refused, "POST", "/getbin",
                       self.me(hashrate=value), field="hashrate")
        # A strange hint may be refused or ignored; it must not break the pool.
        for name, text in (("negative", "-1"), ("zero", "0"), ("fraction", "0.5")) + HUGE_NUMBERS:
            self.check(f"getbin/hashrate_{name}_200_or_400", answered, text)

    def check_identity(self):
        """Ids that are missing, malformed, forged or of another key."""
        bodies = {"getbin": self.me, "reduce_diff_hash": self.share, "reduce_difficulty_hash": self.share,
                  "mystatus": self.me, "my_status": self.me}
        for path, body in bodies.items():
            def refused(change, status, path=path, body=body):
                self.refused("POST", "/" + path, change(body()), status=status, field="id")
            self.check(f"{path}/id_missing_400", refused, lambda b: without(b, "id"), (400,))
            for name, value in WRONG_STRINGS:
                self.check(f"{path}/id_{name}_400", refused, lambda b, v=value: dict(b, id=v), (400,))
            for name, value in (("empty", ""), ("garbage", "no such id"), ("long", "a" * 5000)):
                self.check(f"{path}/id_{name}_400_or_401", refused, lambda b, v=value: dict(b, id=v), (400, 401))
            self.check(f"{path}/id_forged_401", refused, lambda b: dict(b, id=forged(b["id"])), (401,))
            self.check(f"{path}/id_of_other_key_401", refused, lambda b: dict(b, id=self.other["id"]), (401,))
            self.check(f"{path}/key_of_other_id_401", refused, lambda b: dict(b, **self.other_key), (401,))
            self.check(f"{path}/address_of_other_id_401", refused,
                       lambda b: dict(without(b, "public_key"), address=self.other["address"]), (401,))

    def check_reduce_fields(self):
        path = "/reduce_diff_hash"

        def refused(change, field, path=path):
            self.refused("POST", path, change(self.share()), field=field)

        def name_of(field, name):
            return f"reduce_diff_hash/{field}_{name}_400"

        # the bin
        self.check(name_of("bin", "missing"), refused, lambda b: without(b, "bin"), "bin")
        for name, value in WRONG_STRINGS:
            self.check(name_of("bin", name), refused, lambda b, v=value: dict(b, bin=v), "bin")
        for name, change in (
                ("empty", lambda t: ""), ("garbage", lambda t: "no such bin"), ("forged", forged),
                ("forged_start", lambda t: other_character(t, 0)), ("cut_short", lambda t: t[:len(t) // 2]),
                ("lengthened", lambda t: t + "a"), ("long", lambda t: "a" * 5000), ("non_ascii", lambda t: "é" + t)):
            self.check(name_of("bin", name), refused, lambda b, c=change: dict(b, bin=c(b["bin"])), "bin")
        self.check("reduce_difficulty_hash/bin_forged_400",
                   lambda: refused(lambda b: dict(b, bin=forged(b["bin"])), "bin", "/reduce_difficulty_hash"))

        # the list of hashes
        self.check(name_of("hashes", "missing"), refused, lambda b: without(b, "hashes"), "hashes")
        for name, value in (("null", None), ("number", 5), ("text", "x"), ("object", {}), ("of_numbers", [5]),
                            ("of_texts", ["x"]), ("of_lists", [[]]), ("of_nulls", [None])):
            self.check(name_of("hashes", name), refused, lambda b, v=value: dict(b, hashes=v), "hashes")
        for name, value in (("text", "yes"), ("number", 1), ("list", [])):
            self.check(name_of("done", name), refused, lambda b, v=value: dict(b, done=v), "done")

        # the fields of a hash; each starts from a hash that is well-formed and in the bin
        def in_bin():
            lease = self.live_bin()
            return {"extranonce2": lease.extranonce2_start, "nonce": lease.nonce_start}

        def one(change):
            return lambda b: dict(b, hashes=[change(in_bin())])

        for field in ("nonce", "extranonce2"):
            self.check(name_of(field, "missing"), refused, one(lambda h, f=field: without(h, f)), field)
            for name, value in (("text", "77"), ("hex_text", "0x4d"), ("list", []), ("object", {}), ("true", True),
                                ("null", None), ("fraction", 1.5)):
                self.check(name_of(field, name), refused, one(lambda h, f=field, v=value: {**h, f: v}), field)

            def no_share(text, field=field):
                """No such hash is in any bin: it is malformed or outside."""
                body = raw_number(self.share(hashes=[{**in_bin(), field: "@"}]), text)
                answer = self.ask("POST", path, body)
                if answer.status != 200:
                    self.judge_refusal(answer, (400,), field)
                    return
                results, = take(answer.json, "answer", results="list")
                if len(results) != 1 or not isinstance(results[0], dict) \
                        or results[0].get("reason") not in ("outside_bin", "stale", "expired"):
                    raise Mismatch("400 or outside_bin", answer.describe())
            for name, text in (("negative", "-1"), ("negative_huge", "-" + "9" * 30)) + HUGE_NUMBERS:
                self.check(f"reduce_diff_hash/{field}_{name}_400_or_outside_bin", no_share, text)
        self.check("reduce_diff_hash/nonce_2_to_32_400_or_outside_bin", lambda: self.above_range("nonce"))
        self.check("reduce_diff_hash/extranonce2_too_wide_400_or_outside_bin",
                   lambda: self.above_range("extranonce2"))
        for name, value in (("number", 5), ("list", []), ("object", {}), ("true", True), ("not_hex", "zz" * 32)):
            self.check(name_of("hash", name), refused, one(lambda h, v=value: dict(h, hash=v)), "hash")

        # how many hashes
        def many(count):
            """Well-formed hashes that are outside the bin, so that they cost the pool no search."""
            lease = self.live_bin()
            extranonce2 = lease.extranonce2_start + lease.extranonce2_count
            if extranonce2 >= 1 << (8 * self.job.extranonce2_size):
                extranonce2 = lease.extranonce2_start - 1
            return [{"extranonce2": extranonce2, "nonce": n} for n in range(count)]

        def a_thousand():
            for result in self.post_hashes(many(1000)):
                if result["status"] != "rejected":
                    raise Mismatch("rejected", json.dumps(result))

        def searched_in_vain():
            self.take_bin()
            self.post_hashes([], done=True)
            self.lease = None

        self.check("reduce_diff_hash/1000_hashes_granted", a_thousand)
        self.check("reduce_diff_hash/1001_hashes_400", refused, lambda b: dict(b, hashes=many(1001)), "hashes")
        self.check("reduce_difficulty_hash/1001_hashes_400",
                   lambda: refused(lambda b: dict(b, hashes=many(1001)), "hashes", "/reduce_difficulty_hash"))
        self.check("reduce_diff_hash/done_without_hashes", searched_in_vain)

    def above_range(self, field):
        lease = self.live_bin()
        pair = {"extranonce2": lease.extranonce2_start, "nonce": lease.nonce_start}
        pair[field] = 1 << (32 if field == "nonce" else 8 * self.job.extranonce2_size)
        answer = self.ask("POST", "/reduce_diff_hash", self.share(hashes=[pair]))
        if answer.status != 200:
            self.judge_refusal(answer, (400,), field)
        else:
            results, = take(answer.json, "answer", results="list")
            if [r.get("reason") for r in results] not in (["outside_bin"], ["stale"], ["expired"]):
                raise Mismatch("400 or outside_bin", answer.describe())

    def check_mystatus(self):
        for path in ("/mystatus", "/my_status"):
            self.check(f"{path[1:]}/unknown_field_ignored", self.granted, "POST", path, self.me(zzz_unknown=1))
            self.check(f"{path[1:]}/address_in_place_of_key", self.granted, "POST", path,
                       {"address": self.client["address"], "id": self.client["id"]})

    # -- checks that need a search -----------------------------------------------------------

    def check_shares(self):
        def accepted(path="/reduce_diff_hash", with_hash=True, who=None, unknown=False):
            """One share, sent twice: accepted, then a duplicate."""
            find, = self.finds()
            one = entry(find, with_hash)
            more = {}
            if unknown:
                one["zzz_unknown"], more["zzz_unknown"] = {"a": 1}, [2]
            result, = self.post_hashes([one], path, who, **more)
            self.judge(result, "accepted")
            if result["block"] and not find.block:
                raise Mismatch("block false for a hash above network_target", json.dumps(result))
            again, = self.post_hashes([entry(find)], may_move=True)
            if not find.block and again.get("reason") in ("stale", "expired"):
                raise JobMoved
            # After a block of our own the job is gone, too, and then `stale` is as true.
            self.judge(again, "duplicate", *(("stale",) if find.block else ()))
            return "_or_stale_after_block" if find.block else None

        def low_difficulty(with_hash):
            find, = self.finds(shares=0, low=1)
            result, = self.post_hashes([entry(find, with_hash)])
            self.judge(result, "low_difficulty")

        def outside(other_extranonce2):
            if other_extranonce2:
                self.live_bin()
                normal, self.pairs_beside = self.pairs_beside, self.pairs_of_other_extranonce2
                try:
                    find, = self.finds(shares=0, outside=1)
                finally:
                    self.pairs_beside = normal
            else:
                find, = self.finds(shares=0, outside=1)
            result, = self.post_hashes([entry(find)])
            self.judge(result, "outside_bin")

        def hash_mismatch(wrong):
            find, = self.finds()
            result, = self.post_hashes([dict(entry(find), hash=wrong(find.digest).hex())])
            self.judge(result, "hash_mismatch")

        def twice_in_one_call():
            find, = self.finds()
            results = self.post_hashes([entry(find), entry(find)], may_move=True)
            kinds = sorted(r["status"] if r["status"] == "accepted" else str(r.get("reason")) for r in results)
            if kinds == ["stale", "stale"] or kinds == ["expired", "expired"]:
                raise JobMoved
            if kinds != ["accepted", "duplicate"] and not (find.block and kinds == ["accepted", "stale"]):
                raise Mismatch("accepted and duplicate", json.dumps(results))
            return "_or_stale_after_block" if find.block else None

        def neighbours():
            good, mismatched, weak, beside = self.finds(shares=2, low=1, outside=1)
            wrong = dict(entry(mismatched), hash=bytes(32).hex())
            results = self.post_hashes([entry(weak), entry(beside), wrong, entry(good)])
            for result, expected in zip(results, ("low_difficulty", "outside_bin", "hash_mismatch", "accepted")):
                self.judge(result, expected)

        name = "reduce_diff_hash/"
        self.check(name + "accepted_then_duplicate", accepted)
        self.check(name + "accepted_without_hash", accepted, with_hash=False)
        self.check(name + "accepted_unknown_fields_ignored", accepted, unknown=True)
        self.check(name + "accepted_address_in_place_of_key", lambda: accepted(
            who={"address": self.client["address"], "id": self.client["id"]}))
        self.check("reduce_difficulty_hash/accepted_then_duplicate", accepted, "/reduce_difficulty_hash")
        self.check(name + "duplicate_in_one_call", twice_in_one_call)
        self.check(name + "low_difficulty", low_difficulty, True)
        self.check(name + "low_difficulty_without_hash", low_difficulty, False)
        self.check(name + "outside_bin", outside, False)
        self.check(name + "outside_bin_other_extranonce2", outside, True)
        self.check(name + "hash_mismatch", hash_mismatch, lambda digest: bytes(32))
        self.check(name + "hash_mismatch_one_bit", hash_mismatch, lambda digest: bytes([digest[0] ^ 1]) + digest[1:])
        self.check(name + "neighbour_accepted", neighbours)

    def stale(self):
        find, = self.finds()
        lease, job = self.lease, self.job
        try:
            run = subprocess.run(self.args.stale_after_command, shell=True, timeout=60,
                                 stdin=subprocess.DEVNULL, capture_output=True, text=True)
        except subprocess.TimeoutExpired:
            raise Mismatch("that --stale-after-command ends", "60 seconds without an end")
        if run.returncode:
            raise Mismatch("exit status 0 of --stale-after-command", f"{run.returncode}: {run.stderr[-200:]}")
        deadline = time.monotonic() + 30
        while Job(self.granted("GET", "/getblock")).previous == job.previous:
            if time.monotonic() > deadline:
                raise Mismatch("a job on the new block within 30 seconds", "the old one")
            time.sleep(0.25)
        self.lease = None
        if self.pool.now() >= lease.expires_at:
            raise JobMoved                     # the bin expired meanwhile: either reason would be true
        result, = self.post_hashes([entry(find)], lease=lease, may_move=True)
        self.judge(result, "stale")

    def expired(self):
        self.take_bin()
        find, = self.finds()
        lease = self.lease
        wait = lease.expires_at + 3 - self.pool.now()
        if wait > self.args.expired_longest:
            raise Mismatch(f"a bin that expires within {self.args.expired_longest:g} seconds", f"{wait:.0f} seconds")
        while self.pool.now() < lease.expires_at + 3:
            time.sleep(min(5.0, max(0.1, lease.expires_at + 3 - self.pool.now())))
            if Job(self.granted("GET", "/getblock")).id != lease.job_id:
                raise JobMoved
        self.lease = None
        result, = self.post_hashes([entry(find)], lease=lease, may_move=True)
        if Job(self.granted("GET", "/getblock")).id != lease.job_id:
            raise JobMoved
        self.judge(result, "expired")


def command_refusals(args):
    if args.other_public_key is None:
        args.other_public_key = next(key for key in TEST_KEYS if key != args.public_key)
    if args.other_public_key == args.public_key:
        raise ClientError("--other-public-key must be another key than --public-key")
    pool = Pool(args.url, args.timeout, reconnect=2.0)
    try:
        try:
            good = Checker(pool, args).run()
        except Mismatch as problem:
            raise ClientError(f"joining the pool with the given keys: {problem}")
    finally:
        pool.close()
    if not good:
        sys.exit(1)


# ---------------------------------------------------------------------------------------------
# the command line
# ---------------------------------------------------------------------------------------------

def positive(kind):
    def parse(text):
        value = kind(text)
        if not 0 < value < 1e12:
            raise ValueError
        return value
    parse.__name__ = f"positive {kind.__name__}"
    return parse


def options():
    parser = argparse.ArgumentParser(
        description="Mine at a pool that hands out bins over HTTP, or check that the pool refuses what it should.",
        epilog=GUIDE, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name, function, text):
        sub = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        sub.set_defaults(function=function)
        sub.add_argument("--url", required=True, help="the pool, as http://HOST:PORT")
        sub.add_argument("--timeout", type=positive(float), default=15.0, metavar="S",
                         help="seconds to wait for an answer (default %(default)s)")
        return sub

    def who(sub, required):
        group = sub.add_mutually_exclusive_group(required=required)
        group.add_argument("--public-key", metavar="HEX",
                           help="your compressed secp256k1 public key, 33 bytes in lower-case hex; payouts go to "
                                "its P2WPKH address")
        group.add_argument("--address", metavar="ADDR", help="the payout address, in place of the key")

    mine = command("mine", command_mine, "join, search bins, send shares, print one JSON summary")
    who(mine, True)
    mine.add_argument("--worker", metavar="NAME", help='the name of this machine (the pool says "default")')
    goal = mine.add_mutually_exclusive_group(required=True)
    goal.add_argument("--accepted", type=positive(int), metavar="N", help="stop when N shares were accepted")
    goal.add_argument("--seconds", type=positive(float), metavar="S", help="stop after S seconds")
    mine.add_argument("--give-up", type=positive(float), default=600.0, metavar="S",
                      help="with --accepted: fail when that took S seconds (default %(default)s)")
    mine.add_argument("--limit", type=positive(float), metavar="HASHES_PER_SECOND",
                      help="search no faster than this, to spare the machine")
    mine.add_argument("--json", action="store_true",
                      help="the summary on one line and no progress on stderr")

    refusals = command("refusals", command_refusals,
                       "check every refusal of the interface: `ok NAME` or `FAIL NAME: expected … got …`")
    refusals.add_argument("--public-key", metavar="HEX", required=True, help="the key to join with")
    refusals.add_argument("--other-public-key", metavar="HEX",
                          help="the key of a second client (default: a well-known test key)")
    refusals.add_argument("--search-seconds", type=positive(float), default=120.0, metavar="S",
                          help="search at most so long for the shares of one check (default %(default)s)")
    refusals.add_argument("--stale-after-command", metavar="CMD",
                          help="also check `stale`: a shell command that makes the pool's node find a new block")
    refusals.add_argument("--expired-wait", action="store_true",
                          help="also check `expired`: wait until a bin has expired while its job lives on")
    refusals.add_argument("--expired-longest", type=positive(float), default=300.0, metavar="S",
                          help="wait at most so long for that (default %(default)s)")

    watch = command("watch", command_watch, "print server-sent events as JSON lines")
    who(watch, False)
    watch.add_argument("--id", help="your id from /newclient: shows your bins, too; needs the key or the address")
    watch.add_argument("--events", type=positive(int), required=True, metavar="N", help="stop after N events")
    watch.add_argument("--wait", type=positive(float), default=300.0, metavar="S",
                       help="fail when they did not come within S seconds (default %(default)s)")

    status = command("status", command_status, "print the pool's status and, with an id, your own")
    who(status, False)
    status.add_argument("--id", help="your id from /newclient; needs the key or the address")

    args = parser.parse_args()
    if args.command in ("watch", "status") and bool(args.id) != bool(args.public_key or args.address):
        parser.error("--id and --public-key (or --address) belong together")
    return args


def main():
    def stop(signum, frame):
        raise KeyboardInterrupt

    args = options()
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(10000)      # some checks send, and may get back, numbers that long
    signal.signal(signal.SIGTERM, stop)
    try:
        args.function(args)
    except ClientError as error:
        print(f"bins_client.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bins_client.py: interrupted", file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
