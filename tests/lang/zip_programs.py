# A zip file as a program, and on the path before anything of the library was imported.
import os
import subprocess
import sys
import tempfile
import zipfile

with tempfile.TemporaryDirectory() as folder:
    archive = os.path.join(folder, "program.zip")
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("__main__.py", "import inside, sys\nprint(__name__, inside.what(), sys.argv[1:])\n")
        file.writestr("inside.py", "def what(): return __name__\n")
    for arguments in [archive, "a", "b"], ["-c", f"import sys; sys.path.insert(0, {archive!r}); import inside, string; print(inside.what(), string.digits)"]:
        done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True)
        print(done.returncode, done.stdout, done.stderr.replace(folder, "FOLDER"))
    import pkgutil
    print(type(pkgutil.get_importer(archive)).__name__, [m.name for m in pkgutil.iter_modules([archive])])
