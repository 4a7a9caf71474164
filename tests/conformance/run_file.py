"""Run one file of CPython's test suite with the real unittest; one line a test on standard output: VERDICT id [detail].

usage: INTERPRETER run_file.py test_grammar [ID...]

With ids only these tests run. The lines are flushed one by one, so that what passed before a crash counts. What the tests print themselves goes to
standard error.
"""
import importlib.machinery
import importlib.util
import os
import sys

LIB = "/usr/lib/python3.11"
if LIB not in sys.path:
    sys.path.append(LIB)
out = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="backslashreplace")
os.dup2(2, 1)


def say(*words):
    out.write(" ".join(" ".join(words).split()) + "\n")
    out.flush()


import unittest


class AbsentClass(type):
    def __call__(cls, *args, **kwargs):
        if args or kwargs:
            raise unittest.SkipTest("needs CPython's C interface")
        return super().__call__()

    def __getattr__(cls, which):
        if which.startswith("__"):
            raise AttributeError(which)
        return AbsentClass(which, (), {"__getattr__": AbsentClass.__getattr__})


def stand_in(name, **names):
    """A module of CPython's C interface where there is none, so that the file's other tests load."""
    if importlib.util.find_spec(name):
        return None
    module = sys.modules[name] = type(sys)(name)
    module.__spec__ = importlib.machinery.ModuleSpec(name, None)
    vars(module).update(names)
    return module


try:
    import test.support
    test.support.check_impl_detail = lambda **which: which.get("cpython", not any(which.values()))       # the tests marked as CPython's own count too
except ImportError:
    pass
stand_in("_testinternalcapi", get_config=lambda: {"code_debug_ranges": True})
if sys.argv[1] == "test_call":                                      # its class bodies name things of this module; their methods are missing
    stand_in("_testcapi")
    import _testcapi as testcapi
    if not hasattr(testcapi, "MethInstance"):
        testcapi.__getattr__ = lambda which: AbsentClass.__getattr__(testcapi, which)


class Result(unittest.TestResult):
    """Says the verdict of each test when it stops; the first failure of a test is its detail."""

    def startTest(self, test):
        super().startTest(test)
        self.verdict, self.detail = "PASS", ""

    def stopTest(self, test):
        super().stopTest(test)
        say(self.verdict, test.id().replace(" ", "_"), self.detail[:300])

    def note(self, verdict, err):
        if self.verdict == "PASS":
            self.verdict, self.detail = verdict, f"{err[0].__name__} {err[1]}" if err else ""

    def addError(self, test, err):
        if not hasattr(test, "_testMethodName"):            # the set-up of a class or module failed: its tests do not run
            say("NOTE", test.id().replace(" ", "_"), f"{err[0].__name__} {err[1]}"[:300])
        else:
            self.note("ERROR", err)

    def addFailure(self, test, err):
        self.note("FAIL", err)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.note("FAIL" if issubclass(err[0], test.failureException) else "ERROR", err)

    def addSkip(self, test, reason):
        if self.verdict == "PASS":
            self.verdict, self.detail = "SKIP", reason

    def addExpectedFailure(self, test, err):
        self.verdict = "XFAIL"

    def addUnexpectedSuccess(self, test):
        self.verdict = "UPASS"


def each(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from each(test)
        else:
            yield test


def main(name, ids):
    loader = unittest.TestLoader()
    try:
        module = __import__("test." + name, None, None, ["*"])
        suite = loader.loadTestsFromModule(module)
    except unittest.SkipTest as why:
        say("SKIPFILE", name, str(why))
        return
    except Exception as error:
        say("NOLOAD", name, type(error).__name__, str(error)[:200])
        return
    for error in loader.errors:
        say("NOLOAD", name, error.strip().splitlines()[-1][:200])
    if ids:
        suite = unittest.TestSuite(test for test in each(suite) if test.id().replace(" ", "_") in ids)
    suite.run(Result())


main(sys.argv[1], set(sys.argv[2:]))
out.flush()
os._exit(0)
