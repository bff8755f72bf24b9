srtt = rttvar = None
said = []
for r in (80, 80):
    if srtt is None:
        srtt, rttvar = r, r / 2
    else:
        rttvar = 3 / 4 * rttvar + 1 / 4 * abs(srtt - r)
        srtt = 7 / 8 * srtt + 1 / 8 * r
    said.append(f"{srtt + 4 * rttvar:.0f}")
print(", and then ".join(said))
