#!/usr/bin/env python3
"""Makes credit-trees.json from docs/protocol.md alone: what the pool's own code must come to as well."""
import hashlib
import json


def sha(data):
    return hashlib.sha256(data).digest()


def big(number, size):
    return number.to_bytes(size, "big")


def leaf(block, account, work, amount, seed):
    name = b"\x00" if account is None else b"\x01" + account.encode()
    salt = sha(b"lode credit salt" + seed + name)[:16]
    text = b"lode credit leaf" + block + salt + big(work, 16) + big(amount, 8) + name
    return (sha(text), work, amount), salt


def encoded(node):
    return node[0] + big(node[1], 16) + big(node[2], 8)


def join(left, right):
    return (sha(b"lode credit node" + encoded(left) + encoded(right)), left[1] + right[1], left[2] + right[2])


def top(nodes):
    """RFC 6962: the largest power of two below the number of leaves goes to the left."""
    if len(nodes) == 1:
        return nodes[0]
    size = 1
    while size * 2 < len(nodes):
        size *= 2
    return join(top(nodes[:size]), top(nodes[size:]))


def path(nodes, index):
    if len(nodes) == 1:
        return []
    size = 1
    while size * 2 < len(nodes):
        size *= 2
    if index < size:
        return path(nodes[:size], index) + [("right", top(nodes[size:]))]
    return path(nodes[size:], index - size) + [("left", top(nodes[:size]))]


def tree(number, fee, entries):
    block, seed = sha(b"block %d" % number), sha(b"seed %d" % number)
    rows = [(None, 0, fee)] + sorted(entries)
    made = [leaf(block, *row, seed) for row in rows]
    nodes = [node for node, _ in made]
    whole = top(nodes)
    root = sha(b"lode credit root" + block + big(len(nodes), 8) + encoded(whole))
    proofs = []
    for index, ((account, work, amount), (node, salt)) in enumerate(zip(rows, made)):
        proofs.append({
            "version": 1, "block": block[::-1].hex(), "height": 500 + number, "reward": whole[2], "scheme": "pplns",
            "work": str(whole[1]),
            "leaf": {"kind": "account" if account else "fee", "address": account, "work": str(work),
                     "amount": amount, "salt": salt.hex(), "hash": node[0].hex()},
            "leaf_index": index, "leaf_count": len(nodes),
            "path": [{"side": side, "hash": step[0].hex(), "work": str(step[1]), "amount": step[2]}
                     for side, step in path(nodes, index)],
            "fee": {"amount": fee, "salt": made[0][1].hex(), "hash": nodes[0][0].hex(), "path": [
                {"side": side, "hash": step[0].hex(), "work": str(step[1]), "amount": step[2]}
                for side, step in path(nodes, 0)]},
            "root": root.hex()})
    return {"fee": fee, "seed": seed.hex(), "entries": entries, "proofs": proofs}


def main():
    trees = [tree(0, 5_000_000_000, [])]
    trees.append(tree(1, 10, [("alice", 2, 660), ("bob", 1, 330)]))
    trees.append(tree(2, 0, [("finder", 0, 1_000)]))
    for count in (3, 4, 6, 7, 12):
        trees.append(tree(count, 7 * count, [("miner%02d" % n, 10**20 * n + n, 10**6 * n) for n in range(count)]))
    trees.append(tree(99, 1, [("wide", 2**128 - 1, 2**63)]))
    trees.append(tree(10, 1, [("MJaRnao1s62a2zAKSkmG582KbLKianqb7v", 1, 100), ("ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9", 1, 100)]))
    print(json.dumps(trees, indent=None, separators=(",", ":")).replace('},{"fee"', '},\n{"fee"'))


main()
