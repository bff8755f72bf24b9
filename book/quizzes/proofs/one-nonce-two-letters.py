# Two letters under one stream: what Eve can compute from what is on the wire.
import hashlib, os
one, two = b"meet me at the old mill", b"nothing new to tell you"
stream = hashlib.shake_256(os.urandom(32)).digest(len(one))
seal = lambda letter: bytes(a ^ b for a, b in zip(letter, stream))
seen = bytes(a ^ b for a, b in zip(seal(one), seal(two)))
if seen == bytes(a ^ b for a, b in zip(one, two)):
    print("The XOR of the two letters.")
