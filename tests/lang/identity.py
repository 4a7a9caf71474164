# What tells Ouro from CPython, and what must not.
import platform
import sys

print(sys.implementation.name, platform.python_implementation())
print(sys.version_info[:2] >= (3, 11), platform.python_version() == sys.version.split()[0], platform.python_branch() == platform.python_revision() == "")
print(platform.__file__.endswith("/platform.py"), platform.system(), sys.platform, platform.machine() == platform.uname().machine)
