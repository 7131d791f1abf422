"""What asyncio takes for as many sleeps of 100 ms: io_figures.py COUNT"""

import asyncio
import resource
import sys
import time


async def main(count):
    start = time.perf_counter()
    await asyncio.gather(*(asyncio.sleep(0.1) for _ in range(count)))
    return time.perf_counter() - start


count = int(sys.argv[1])
seconds = asyncio.run(main(count))
mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(f"asyncio.gather of {count:,} sleeps of 100 ms: {seconds * 1000:,.0f} ms, {mib} MiB")
