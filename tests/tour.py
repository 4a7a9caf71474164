"""Execute notebooks with Ouro and print what each cell did to memory.

usage: tour.py OURO NOTEBOOK.ipynb ...

A cell whose metadata has the tag "raises-exception" may fail; any other must not. The last line is 'N passed, N failed' (cells).
"""
import asyncio
import os
import sys

import nbformat
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

ouro, *books = sys.argv[1:]
passed = failed = 0


class Manager(AsyncKernelManager):
    """Starts this very binary, whatever is registered."""

    @property
    def kernel_spec(self):
        return KernelSpec(argv=[os.path.abspath(ouro), "kernel", "-f", "{connection_file}"], display_name="Ouro (Python)", language="python")


def size(n):
    return f"{n / 1e6:,.1f} MB" if abs(n) >= 1e6 else f"{n / 1e3:,.1f} KB"


def show(cell, index, cell_index, execute_reply):
    global passed, failed
    content = execute_reply["content"]
    memory = execute_reply.get("metadata", {}).get("memory") or {}
    expected = "raises-exception" in cell.metadata.get("tags", [])
    good = content["status"] == "ok" or expected
    passed, failed = passed + good, failed + (not good)
    first = cell.source.strip().split("\n")[0][:48]
    print(f"  In[{content.get('execution_count', '?'):>3}] {first:<50} allocated {size(memory.get('allocated_bytes', 0)):>10}  kept {size(memory.get('kept_bytes', 0)):>10}"
          f"  peak {size(memory.get('peak_bytes', 0)):>10}  collections {memory.get('collections', 0):>4}{'' if good else '  FAILED: ' + content.get('evalue', '')}", flush=True)


async def play(client, manager):
    try:
        await client.async_execute()
    finally:
        await manager.shutdown_kernel(now=True)


for book in books:
    print(os.path.basename(book))
    notebook = nbformat.read(book, 4)
    order = iter(range(10 ** 6))
    manager = Manager()
    client = NotebookClient(notebook, km=manager, timeout=120, allow_errors=True, resources={"metadata": {"path": os.path.dirname(os.path.abspath(book))}})

    async def on_cell(cell, cell_index, execute_reply, **ignored):
        show(cell, next(order), cell_index, execute_reply)

    client.on_cell_executed = on_cell
    try:
        asyncio.run(play(client, manager))
    except Exception as error:
        failed += 1
        print("  stopped:", repr(error)[:300])
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
