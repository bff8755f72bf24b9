# A clock that is not waited for: 60 s of asking, 1 ms an answer, the server frozen from 20 s to 30 s.
now, slow, samples = 0, 0, 0
while now < 60_000:
    took = 1 if not 20_000 <= now < 30_000 else 30_000 - now
    slow += took > 100
    samples += 1
    now += took
assert 49_000 < samples < 51_000
print({1: "One"}.get(slow, slow))
