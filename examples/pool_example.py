from multiprocessing import Pool


def cpu_task(n):
    return sum(i * i for i in range(n))


if __name__ == "__main__":
    with Pool(4) as pool:
        results = []
        for i in range(8):
            results.append(pool.apply_async(cpu_task, (1_000_000,)))
        pool.close()
        pool.join()
        for result in results:
            print(result.get())
