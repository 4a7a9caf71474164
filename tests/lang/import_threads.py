# Threads that import the same module: one loads it, the others get it complete. Modules that import each other in two threads end.
import os
import sys
import tempfile
import threading

folder = tempfile.mkdtemp()
sys.path.insert(0, folder)
files = {
    "slow_one": "import time\ncount = globals().get('count', 0) + 1\ntime.sleep(0.2)\nvalue = 42\n",
    "failing": "import time\ntime.sleep(0.1)\nraise ValueError('no')\n",
    "left": "import time\ntime.sleep(0.1)\nimport right\nname = 'left'\n",
    "right": "import time\ntime.sleep(0.1)\nimport left\nname = 'right'\n",
    "package/__init__": "import time\ntime.sleep(0.1)\nfrom package import part\nready = True\n",
    "package/part": "import time\ntime.sleep(0.1)\nvalue = 7\n",
}
os.mkdir(os.path.join(folder, "package"))
for name, text in files.items():
    with open(os.path.join(folder, name + ".py"), "w") as f:
        f.write(text)


def together(*functions):
    results = [None] * len(functions)

    def run(i):
        try:
            results[i] = functions[i]()
        except Exception as e:
            results[i] = type(e).__name__, str(e)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(functions))]
    for t in threads:
        t.start()
    for t in threads:
        t.join(20)
        assert not t.is_alive()
    return results


def value():
    import slow_one
    return slow_one.value, slow_one.count


def fail():
    import failing


def left():
    import left
    return left.name


def right():
    import right
    return right.name


def part():
    import package.part
    return package.part.value, package.ready


print(together(value, value, value))
print(('ValueError', 'no') in together(fail, fail))
print(together(left, right))
print(together(part, part, part))
print(left(), right())
