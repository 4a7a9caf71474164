"""Primes by lists of flags, by slices and by trial division."""


def flags(n):
    sieve = [True] * (n + 1)
    sieve[0] = sieve[1] = False
    i = 2
    while i * i <= n:
        if sieve[i]:
            for j in range(i * i, n + 1, i):
                sieve[j] = False
        i += 1
    return sum(1 for x in sieve if x)


def slices(n):
    sieve = bytearray([1]) * (n + 1)
    sieve[:2] = b"\0\0"
    for i in range(2, int(n ** 0.5) + 1):
        if sieve[i]:
            sieve[i * i::i] = bytes(len(range(i * i, n + 1, i)))
    return sum(sieve)


def trial(n):
    primes = []
    for i in range(2, n):
        for p in primes:
            if p * p > i:
                primes.append(i)
                break
            if i % p == 0:
                break
        else:
            primes.append(i)
    return len(primes)


print(flags(4000000), slices(5000000), trial(150000))
