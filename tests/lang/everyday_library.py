# The standard library as notebooks use it: each module imports and does its job, with CPython's results.
import argparse
import array
import ast
import asyncio
import base64
import bisect
import calendar
import collections
import colorsys
import concurrent.futures
import configparser
import contextlib
import csv
import dataclasses
import datetime
import decimal
import difflib
import enum
import fractions
import functools
import graphlib
import gzip
import hashlib
import heapq
import html
import inspect
import io
import ipaddress
import itertools
import json
import linecache
import locale
import logging
import operator
import pathlib
import pickle
import pprint
import random
import secrets
import shelve
import shutil
import statistics
import struct
import subprocess
import sys
import tarfile
import tempfile
import textwrap
import traceback
import typing
import unicodedata
import urllib.parse
import uuid
import zipfile

random.seed(7)
sample = [random.gauss(0, 1) for _ in range(1000)]
print(statistics.mean(sample), statistics.stdev(sample), statistics.quantiles(sample), statistics.linear_regression(range(5), [1, 3, 2, 5, 4]))
deck = list(range(8))
random.shuffle(deck)
print(random.sample(range(100), 5), random.choices("abc", k=5), deck, random.betavariate(1, 2), 0 <= secrets.randbelow(5) < 5)
print(decimal.Decimal(1) / 7, decimal.getcontext().prec, fractions.Fraction("0.125") + 1)
print(datetime.datetime(2024, 2, 29, 12) + datetime.timedelta(days=365), datetime.date.fromisoformat("2020-01-01").strftime("%A %j"))
print(datetime.datetime.fromtimestamp(0, datetime.timezone.utc).isoformat(), datetime.datetime.strptime("3 Mar 2021", "%d %b %Y"))
print(calendar.month(2024, 2), textwrap.fill("lorem ipsum dolor " * 8, 40), textwrap.dedent("  a\n   b"), sep="\n")
pprint.pprint({"a": list(range(30)), "b": {"c": ("x" * 30, "y" * 40)}})
print(list(difflib.unified_diff(["a", "b", "c"], ["a", "x", "c"], lineterm="")), difflib.get_close_matches("appel", ["ape", "apple", "peach"]))

with tempfile.TemporaryDirectory() as folder:
    here = pathlib.Path(folder)
    (here / "x").mkdir()
    (here / "x" / "f.txt").write_text("héllo")
    print(sorted(p.name for p in here.rglob("*")), (here / "x" / "f.txt").stat().st_size)
    with zipfile.ZipFile(here / "z.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(here / "x" / "f.txt", "f.txt")
    print(zipfile.ZipFile(here / "z.zip").read("f.txt"))
    with tarfile.open(here / "t.tar.gz", "w:gz") as archive:
        archive.add(here / "x", arcname="x")
    print(tarfile.open(here / "t.tar.gz").getnames())
    shutil.rmtree(here / "x")
    with gzip.open(here / "g.gz", "wt") as file:
        file.write("hi\n" * 3)
    print(gzip.open(here / "g.gz", "rt").read().split())
    with shelve.open(str(here / "shelf")) as shelf:
        shelf["k"] = [1, 2]
    with shelve.open(str(here / "shelf")) as shelf:
        print(dict(shelf))
    with open(here / "c.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, ["a", "b"])
        writer.writeheader()
        writer.writerow({"a": 1, "b": 'x,"y'})
    print(list(csv.DictReader(open(here / "c.csv"))))

print(hashlib.sha256(b"x").hexdigest()[:16], hashlib.md5(b"").hexdigest(), base64.b64encode(b"hello"), struct.pack(">IhB", 1, -2, 3))
print(uuid.uuid5(uuid.NAMESPACE_DNS, "x"), urllib.parse.urlparse("http://u:p@h:80/p?q=1#f"), urllib.parse.quote("a b/ü"), html.escape("<&>"))
print(ipaddress.ip_network("10.0.0.0/30").num_addresses, colorsys.rgb_to_hsv(0.2, 0.4, 0.4), array.array("d", [1, 2]).tobytes()[:3])
print(json.dumps({"b": [1, 2.5, None, True], "a": "é"}, indent=1, sort_keys=True), json.loads('{"x": [1e3, "\\u00e9"]}'))


class Colour(enum.Flag):
    RED = 1
    BLUE = 2
    PURPLE = 3


@dataclasses.dataclass(order=True, slots=True)
class Point:
    x: int
    tags: list = dataclasses.field(default_factory=list, compare=False)


print(Colour.RED | Colour.BLUE, list(Colour), repr(Colour(1)), Colour.RED in Colour.PURPLE)
print(Point(1) < Point(2), dataclasses.asdict(Point(1, [2])), dataclasses.replace(Point(1), x=5), inspect.signature(Point), typing.get_type_hints(Point))
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    print(list(pool.map(lambda n: n * n, range(5))))


async def wait(n):
    await asyncio.sleep(0.001 * n)
    return n


async def gather():
    return await asyncio.gather(*(wait(n) for n in (3, 1, 2)))


print(asyncio.run(gather()), subprocess.run(["echo", "hi"], capture_output=True, text=True).stdout)
print(pickle.loads(pickle.dumps({"a": [Point(1)], "b": datetime.date(2020, 1, 1), "c": {1, 2}, "d": Colour.RED})))
log = logging.getLogger("tour")
handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
log.addHandler(handler)
log.warning("number %d", 1)
parser = argparse.ArgumentParser(prog="p")
parser.add_argument("--n", type=int, default=3, help="number")
parser.add_argument("f", nargs="*")
print(parser.parse_args(["--n", "4", "a", "b"]), parser.format_help(), sep="\n")
config = configparser.ConfigParser()
config.read_string("[s]\na=1\nb=%(a)s2")
print(config["s"]["b"], list(graphlib.TopologicalSorter({"b": {"a"}, "c": {"b"}}).static_order()), unicodedata.name("é"), unicodedata.normalize("NFD", "é").encode())
print(ast.unparse(ast.parse("def f(a,*,b=1)->int:\n  return [x async for x in y]")), locale.format_string("%d", 12345))


@functools.lru_cache
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


@functools.singledispatch
def kind(value):
    return "something"


@kind.register
def _(value: int):
    return "int"


print(fibonacci(80), fibonacci.cache_info(), functools.reduce(operator.mul, range(1, 20)), kind(1), kind(""))
heap = [5, 1, 4]
heapq.heapify(heap)
print(heapq.heappop(heap), heapq.nsmallest(2, heap), bisect.bisect([1, 3, 5], 3), collections.Counter("hello").most_common(2))
print([list(group) for _, group in itertools.groupby("aabbc")], list(itertools.pairwise("abc")), list(itertools.batched("ab", 1)) if hasattr(itertools, "batched") else "")
with contextlib.redirect_stdout(io.StringIO()) as text:
    print("caught")
print(repr(text.getvalue()))


def fails():
    raise KeyError("k")


linecache.updatecache(__file__)         # linecache.getlines goes on without what it has no memory for
try:
    fails()
except KeyError:
    shown = traceback.format_exc()
    if "str() failed" in shown:             # so does traceback
        raise MemoryError(shown)
    print(shown)
