"""Recompute a draw from its published facts: python3 verify.py draw.txt"""
import hashlib
import hmac
import sys

facts, tickets = {}, []
for line in open(sys.argv[1], encoding="utf-8-sig"):
    name, _, value = line.rstrip("\n").partition(": ")
    if name == "ticket":
        tickets.append(value)
    else:
        facts[name] = value
seed = bytes.fromhex(facts["seed"])
key = hashlib.sha256(seed + facts["public"].encode()).digest()
order = sorted(tickets, key=lambda t: (hmac.new(key, t.encode(), "sha256").digest(), t))
for place, ticket in enumerate(order, 1):
    print(place, ticket)
fits = hashlib.sha256(seed).hexdigest() == facts["commitment"]
print("The seed fits the commitment." if fits else "The seed DOES NOT fit the commitment.")
sys.exit(not fits)
