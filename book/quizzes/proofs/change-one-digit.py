# Which change of the fifth byte makes `pay 900` of `pay 100`? All 256 are tried on a stream cipher.
import hashlib, os
letter, wanted = b"pay 100", b"pay 900"
stream = hashlib.shake_256(os.urandom(32)).digest(len(letter))
sealed = bytes(a ^ b for a, b in zip(letter, stream))
for change in range(256):
    forged = bytearray(sealed)
    forged[4] ^= change
    if bytes(a ^ b for a, b in zip(forged, stream)) == wanted:
        print(f"She XORs it with {change:02x}.")
