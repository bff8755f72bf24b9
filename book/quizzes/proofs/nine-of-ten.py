timer = passed = 0
for clock in range(3600, 3610):
    after = max(timer, clock) + 2
    if after <= clock + 10:
        timer, passed = after, passed + 1
print(passed, "of them")
