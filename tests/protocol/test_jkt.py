"""Point 20: jupyter_kernel_test with every attribute set, the welcome included."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import jupyter_kernel_test

from harness import OURO, ROOT

folder = tempfile.mkdtemp(prefix="ouro-jkt-")
subprocess.run([ROOT / "kernelspec" / "install.sh", "--to", os.path.join(folder, "kernels", "ouro"), OURO], check=True)
os.environ["JUPYTER_PATH"] = folder
os.environ["OURO_HISTORY"] = os.path.join(folder, "history.jsonl")


class OuroTests(jupyter_kernel_test.KernelTests):
    kernel_name = "ouro"
    language_name = "python"
    file_extension = ".py"
    code_hello_world = "print('hello, world')"
    code_stderr = "import sys; print('oops', file=sys.stderr)"
    completion_samples = [
        {"text": "zi", "matches": {"zip"}},
        {"text": "sorte", "matches": {"sorted"}},
    ]
    complete_code_samples = ["1", "print('hello, world')", "def f(x):\n  return x*2\n\n\n", "%pwd", "x = [1,\n2]"]
    incomplete_code_samples = ["print('''hello", "def f(x):\n  x*2", "for i in x:", "f(1,"]
    invalid_code_samples = ["import = 7q", "1 +* 2", "for x in y z:\n    pass\n"]
    code_page_something = "len?"
    code_generate_error = "raise ValueError('no')"
    code_execute_result = [
        {"code": "1+2+3", "result": "6"},
        {"code": "[n*n for n in range(1, 4)]", "result": "[1, 4, 9]"},
        {"code": "'x' * 3", "result": "'xxx'"},
    ]
    code_display_data = [
        {"code": "from IPython.display import HTML, display; display(HTML('<b>test</b>'))", "mime": "text/html"},
        {"code": "from IPython.display import Math, display; display(Math('\\\\frac{1}{2}'))", "mime": "text/latex"},
    ]
    code_history_pattern = "1?2*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "zip"
    code_clear_output = "from IPython.display import clear_output; clear_output()"


class OuroWelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "ouro"
    support_iopub_welcome = True


class KernelSpec(unittest.TestCase):
    def test_kernel_json(self):
        spec = json.loads(pathlib.Path(folder, "kernels", "ouro", "kernel.json").read_text())
        self.assertEqual(spec["argv"], [OURO, "kernel", "-f", "{connection_file}"])
        self.assertEqual(spec["display_name"], "Ouro (Python)")
        self.assertEqual(spec["language"], "python")
        for logo in ("logo-32x32.png", "logo-64x64.png", "logo-svg.svg"):
            self.assertGreater(pathlib.Path(folder, "kernels", "ouro", logo).stat().st_size, 100)


del jupyter_kernel_test.KernelTests, jupyter_kernel_test.IopubWelcomeTests
