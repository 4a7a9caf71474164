"""JupyterLab in headless Chromium, with Ouro as its kernel: picks the kernel, runs notebook 04, sees the %leaks table, works with ipywidgets, completes and inspects, answers
input(), interrupts an endless loop, restarts.

usage: lab.py OURO [--screenshot FILE.png]

A real JupyterLab on a free port, a real browser. The last line is 'N passed, N failed'.
"""
import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from playwright.sync_api import sync_playwright

ap = argparse.ArgumentParser()
ap.add_argument("ouro")
ap.add_argument("--screenshot")
opt = ap.parse_args()
ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
CHROMIUM = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
passed = failed = 0


def check(good, what):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print("ok    " if good else "FAILED", what, flush=True)


def notebook(path, cells, kernel=None):
    cells = [{"cell_type": "code", "id": f"c{i}", "metadata": {}, "execution_count": None, "outputs": [], "source": c} for i, c in enumerate(cells)]
    metadata = {"kernelspec": {"display_name": "Ouro (Python)", "language": "python", "name": kernel}} if kernel else {}
    with open(path, "w") as file:
        json.dump({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, file)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(url, seconds):
    end = time.time() + seconds
    while time.time() < end:
        try:
            urllib.request.urlopen(url, timeout=2)
            return True
        except OSError:
            time.sleep(0.3)
    return False


def output_has(page, text, seconds=40):
    try:
        page.wait_for_function("text => [...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output')].some(o => o.innerText.includes(text))", arg=text, timeout=seconds * 1000)
        return True
    except Exception:
        return False


def click_tool(page, name):
    page.locator(f".jp-NotebookPanel:not(.lm-mod-hidden) [data-jp-item-name='{name}']").first.click()


def run_cell(page, index):
    cell = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell").nth(index)
    cell.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")


def type_and_complete(page):
    """Tab, Shift+Tab and a question of input(), in the notebook's last cells."""
    cells = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell")
    cells.nth(4).locator(".cm-content").click()
    page.keyboard.press("End")
    page.keyboard.press("Tab")
    page.wait_for_selector(".jp-Completer-item", timeout=15000)
    offered = page.locator(".jp-Completer-item").all_inner_texts()
    check(any("bit_count" in text for text in offered) and any("bit_length" in text for text in offered), "Tab offers the methods of a number")
    page.keyboard.press("Escape")
    cells.nth(5).locator(".cm-content").click()
    page.keyboard.press("End")
    page.keyboard.press("Shift+Tab")
    page.wait_for_selector(".jp-Tooltip", timeout=15000)
    page.wait_for_function("() => document.querySelector('.jp-Tooltip').innerText.includes('The area of a rectangle.')", timeout=15000)
    check(True, "Shift+Tab shows the signature and docstring of a function")
    page.keyboard.press("Escape")
    run_cell(page, 6)
    page.locator(".jp-Stdin-input").first.fill("Ada")
    page.keyboard.press("Enter")
    check(output_has(page, "hello Ada"), "input() is answered in the page")


WIDGETS = """import ipywidgets
slider, button, out = ipywidgets.IntSlider(value=3, max=10), ipywidgets.Button(description='press'), ipywidgets.Output()
@out.capture()
def pressed(button): print('pressed at', slider.value)
button.on_click(pressed)
display(slider, button, out)
ipywidgets.interact(lambda x: print('twice', x * 2), x=(0, 5));"""


def widgets(page, url):
    """ipywidgets: the page moves a slider, Python learns it; what a callback prints appears in its Output."""
    page.goto(url + "/lab/tree/widgets.ipynb?reset", timeout=60000)
    page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell", timeout=60000)
    page.wait_for_function("() => document.body.innerText.includes('Ouro (Python) | Idle')", timeout=60000)
    page.wait_for_timeout(1000)
    run_cell(page, 0)
    handles = page.locator(".jupyter-widgets .noUi-handle")
    handles.nth(1).wait_for(timeout=30000)
    page.wait_for_timeout(1000)
    for handle in (0, 1):
        handles.nth(handle).focus()
        page.keyboard.press("ArrowRight")
    check(output_has(page, "twice 6"), "interact() shows its function's output anew when its slider moves")
    page.locator("button.jupyter-button", has_text="press").first.click()
    check(output_has(page, "pressed at 4"), "a slider's value reaches Python, and what a callback prints its Output")


def session(page, url):
    page.goto(url + "/lab/tree/04_leaked_intermediates.ipynb", timeout=60000)
    page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell", timeout=60000)
    page.wait_for_function("() => document.querySelector(\"[data-jp-item-name='kernelName']\")?.innerText.includes('Ouro')", timeout=30000)
    page.wait_for_function("() => document.body.innerText.includes('Ouro (Python) | Idle')", timeout=60000)
    page.wait_for_timeout(1000)
    check(True, "the notebook's kernel is Ouro (Python)")
    page.keyboard.press("Escape")
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
    page.locator(".lm-Menu-itemLabel", has_text="Run All Cells").first.click()
    check(output_has(page, "Globals that no later cell has read", 90), "notebook 04 runs and shows the %leaks report")
    page.wait_for_function("() => [...document.querySelectorAll('.jp-OutputArea-output table')].some(t => t.innerText.includes('deleting it frees'))", timeout=30000)
    check(True, "the report is an HTML table")
    if opt.screenshot:
        table = page.locator(".jp-OutputArea-output table", has_text="deleting it frees").first
        page.keyboard.press("Control+b")                 # no file browser
        page.wait_for_timeout(1000)
        table.evaluate("table => table.closest('.jp-Cell').scrollIntoView({block: 'start'})")
        page.mouse.move(640, 500)
        page.mouse.wheel(0, -24)                         # the toolbar hides the first line
        page.mouse.move(5, 5)
        page.wait_for_timeout(1500)
        page.screenshot(path=opt.screenshot)

    widgets(page, url)
    page.goto(url + "/lab/tree/loop.ipynb?reset", timeout=60000)
    page.wait_for_selector(".jp-Dialog select", timeout=60000)
    dialog = page.locator(".jp-Dialog select")
    options = dialog.first.locator("option").all_inner_texts()
    check("Ouro (Python)" in options, "the kernel is offered by name")
    dialog.first.select_option(label="Ouro (Python)")
    page.locator(".jp-Dialog .jp-mod-accept").first.click()
    page.wait_for_function("() => document.querySelector(\".jp-NotebookPanel:not(.lm-mod-hidden) [data-jp-item-name='kernelName']\")?.innerText.includes('Ouro')", timeout=30000)
    page.wait_for_function("() => document.body.innerText.includes('Ouro (Python) | Idle')", timeout=60000)
    page.wait_for_timeout(2000)
    run_cell(page, 0)
    check(output_has(page, "kept = 42"), "a cell runs")
    type_and_complete(page)
    run_cell(page, 1)
    page.wait_for_timeout(1500)
    start = time.time()
    click_tool(page, "interrupt")
    check(output_has(page, "KeyboardInterrupt", 15), f"while True: pass is interrupted ({time.time() - start:.1f} s as seen in the browser)")
    run_cell(page, 2)
    check(output_has(page, "still 42"), "names are intact after the interrupt")
    click_tool(page, "restart")
    page.locator(".jp-Dialog .jp-mod-accept").first.click()
    page.wait_for_timeout(2500)
    run_cell(page, 3)
    check(output_has(page, "fresh True", 30), "after a restart the namespace is empty")


def main():
    work = tempfile.mkdtemp()
    port = free_port()
    env = dict(os.environ, VIRTUAL_ENV=sys.prefix, JUPYTER_DATA_DIR=os.path.join(work, "data"), JUPYTER_CONFIG_DIR=os.path.join(work, "config"), JUPYTER_RUNTIME_DIR=os.path.join(work, "run"),
               JUPYTERLAB_SETTINGS_DIR=os.path.join(work, "settings"), JUPYTERLAB_WORKSPACES_DIR=os.path.join(work, "workspaces"))
    books = os.path.join(work, "books")
    shutil.copytree(os.path.join(ROOT, "notebooks"), books)
    notebook(os.path.join(books, "loop.ipynb"), ["value = 42\nprint('kept =', value)\ndef area(width, height=1):\n    \"\"\"The area of a rectangle.\"\"\"\n    return width * height", "while True: pass", "print('still', value)", "print('fresh', 'value' not in globals())",
                                                 "value.bit_", "area(", "print('hello', input('name? '))"])
    notebook(os.path.join(books, "widgets.ipynb"), [WIDGETS], "ouro")
    settings = os.path.join(work, "settings", "@jupyterlab", "apputils-extension")
    os.makedirs(settings)
    with open(os.path.join(settings, "notification.jupyterlab-settings"), "w") as file:
        file.write('{"fetchNews": "false"}')             # its question would cover a corner
    subprocess.run(["sh", os.path.join(ROOT, "kernelspec", "install.sh"), "--to", os.path.join(work, "data", "kernels", "ouro"), os.path.abspath(opt.ouro)], check=True,
                   stdout=subprocess.DEVNULL)
    lab = subprocess.Popen([sys.executable, "-m", "jupyterlab", "--no-browser", f"--port={port}", "--ip=127.0.0.1", "--IdentityProvider.token=", "--ServerApp.password=", "--allow-root",
                            f"--notebook-dir={books}"], env=env, stdout=subprocess.DEVNULL, stderr=open(os.path.join(work, "lab.log"), "w"))
    url = f"http://127.0.0.1:{port}"
    try:
        check(wait_for(url + "/api", 60), "JupyterLab starts")
        with sync_playwright() as p:
            browser = p.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            try:
                session(page, url)
            except Exception as error:
                check(False, f"stopped: {str(error)[:300]}")
                page.screenshot(path=os.path.join(work, "failure.png"))
                print("screenshot:", os.path.join(work, "failure.png"))
            browser.close()
    finally:
        lab.terminate()
        lab.wait(20)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
