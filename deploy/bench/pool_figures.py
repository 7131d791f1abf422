"""The same measurements with multiprocessing.Pool: pool_figures.py FIGURE..."""

import os
import sys
import time
from multiprocessing import Pool


def nothing():
    return 1


def increment(n):
    return n + 1


def length(data):
    return len(data)


def submit(pool, count=200_000):
    for n in (count // 4, count):
        start = time.perf_counter()
        results = [pool.apply_async(nothing) for _ in range(n)]
        assert sum(r.get() for r in results) == n
        seconds = time.perf_counter() - start
    print(f"Pool.apply_async of {count:,} no-ops: {seconds:.2f} s, {count / seconds:,.0f}/s")


def map_(pool, count=1_000_000):
    numbers = list(range(count))
    for _ in range(2):
        start = time.perf_counter()
        results = pool.map(increment, numbers)
        seconds = time.perf_counter() - start
        assert results[-1] == count
    print(f"Pool.map of {count:,} integers: {seconds:.2f} s, {count / seconds:,.0f}/s")


def one(pool, count=2_000):
    times = []
    for _ in range(2 * count):
        start = time.perf_counter()
        assert pool.apply(nothing) == 1
        times.append(time.perf_counter() - start)
    times = sorted(times[count:])
    print(f"Pool.apply, {count:,} times: p50 {times[count // 2] * 1e6:,.0f} µs")


def large(pool, count=300, rounds=4):
    rates = []
    for _ in range(rounds):
        inputs = [os.urandom(1 << 20) for _ in range(count)]
        start = time.perf_counter()
        assert sum(pool.map(length, inputs)) == count << 20
        seconds = time.perf_counter() - start
        rates.append(f"{count / seconds:,.0f}")
    before = " ".join(rates[:-1])
    print(f"{count:,} inputs of 1 MiB by Pool.map: {seconds:.2f} s, {rates[-1]} MiB/s; in the rounds before {before}")


if __name__ == "__main__":
    with Pool(2) as workers:
        for figure in sys.argv[1:]:
            {"submit": submit, "map": map_, "one": one, "large": large}[figure](workers)
