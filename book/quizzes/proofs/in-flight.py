round_trip, block, unanswered = 0.050, 32 * 1024, 16
print(round(unanswered * block / round_trip / 2**20), "MiB")
