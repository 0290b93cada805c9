# sqlite.py FILE RECORDS: records in SQLite, a transaction of 1,024 at a time, each on the disk before the next begins.
# Prints records a second, then ms of a transaction: p50 and p99.
import os
import sqlite3
import sys
import time

file, total = sys.argv[1], int(sys.argv[2])
database = sqlite3.connect(file, isolation_level=None)
database.execute("PRAGMA journal_mode = WAL")
database.execute("PRAGMA synchronous = FULL")
database.execute("CREATE TABLE records (number INTEGER PRIMARY KEY, data BLOB NOT NULL)")
payload = bytes([7]) * 64
times = []
start = time.perf_counter()
for first in range(0, total, 1024):
    rows = [(number, payload) for number in range(first, min(total, first + 1024))]
    at = time.perf_counter()
    database.execute("BEGIN")
    database.executemany("INSERT INTO records VALUES (?, ?)", rows)
    database.execute("COMMIT")
    times.append(time.perf_counter() - at)
seconds = time.perf_counter() - start
found = database.execute("SELECT count(*) FROM records").fetchone()[0]
if found != total:
    sys.exit(f"{found} of {total} records came back")
database.close()
os.remove(file)
times.sort()
print(total / seconds, times[len(times) // 2] * 1e3, times[len(times) * 99 // 100] * 1e3)
