# Exception objects.  CPython's output is the judge.
def t(f, *a):
    try:
        print('->', f(*a))
    except BaseException as e:
        print(type(e).__name__, e, e.args)
for e in [Exception(), Exception(1), Exception(1, 'a'), KeyError('k'), KeyError('a', 'b'), KeyError(), OSError(), OSError(2, 'no'), OSError(2, 'no', 'f'), OSError(2, 'no', 'f', None, 'g'),
          OSError(99, 'x'), OSError('only'), FileNotFoundError(1, 'a'), OSError(1, 2, 3, 4, 5, 6), BlockingIOError(11, 'b', 7), StopIteration(), StopIteration(1), StopIteration(1, 2), SystemExit(), SystemExit(3), SystemExit(1, 2),
          ImportError('m', name='n', path='p'), ModuleNotFoundError('x'), NameError('n', name='q'), AttributeError('a', name='x', obj=5), SyntaxError('bad', ('f.py', 3, 4, 'text')),
          SyntaxError('bad', ('d/f.py', 3, 4, 'text', 3, 9)), SyntaxError(), SyntaxError('only'), UnicodeDecodeError('utf8', b'ab\xff', 2, 3, 'why'), UnicodeDecodeError('utf8', b'abc', 0, 3, 'why'),
          UnicodeEncodeError('ascii', 'a\xe9b', 1, 2, 'r'), UnicodeEncodeError('ascii', 'a\u1234', 1, 2, 'r'), UnicodeEncodeError('ascii', 'abc', 0, 3, 'r'), UnicodeTranslateError('a\U00012345', 1, 2, 'r'),
          AssertionError('x'), ZeroDivisionError('z'), RecursionError(), Warning('w'), ExceptionGroup('g', [ValueError(1), TypeError(2)])]:
    print(type(e).__name__, repr(e), '|', str(e), '|', e.args, [(k, getattr(e, k)) for k in ('errno', 'strerror', 'filename', 'filename2', 'value', 'code', 'name', 'path', 'msg', 'obj', 'lineno', 'offset', 'text', 'end_lineno', 'end_offset', 'encoding', 'object', 'start', 'end', 'reason', 'message', 'exceptions') if hasattr(e, k)])
    print(e.__reduce__(), e.__cause__, e.__context__, e.__suppress_context__, e.__traceback__)
t(lambda: Exception(a=1))
t(lambda: OSError(a=1))
t(lambda: ImportError(x=1))
t(lambda: UnicodeDecodeError('a'))
t(lambda: UnicodeDecodeError(1, b'', 0, 1, 'x'))
t(lambda: UnicodeEncodeError('a', b'', 0, 1, 'x'))
t(lambda: NameError('a', foo=1))
t(lambda: SyntaxError('a', (1, 2)))
t(lambda: ExceptionGroup('a', []))
t(lambda: ExceptionGroup(1, [ValueError()]))
t(lambda: ExceptionGroup('a', [1]))
t(lambda: ExceptionGroup('a', 5))
t(lambda: ExceptionGroup('a'))
t(lambda: ExceptionGroup('a', [KeyboardInterrupt()]))
print(type(BaseExceptionGroup('a', [ValueError()])).__name__, type(BaseExceptionGroup('a', [KeyboardInterrupt()])).__name__)
def r(e): raise e
t(r, 5)
t(r, int)
t(r, ValueError)
def rf(e, c): raise e from c
try: rf(ValueError('v'), KeyError('k'))
except ValueError as e: print(repr(e.__cause__), e.__suppress_context__)
t(rf, ValueError, 5)
try: rf(ValueError, None)
except ValueError as e: print(e.__cause__, e.__suppress_context__)
try:
    try: 1/0
    except ZeroDivisionError: {}['x']
except KeyError as e: print(repr(e.__context__), e.__cause__, e.__suppress_context__)
class Bad(Exception):
    def __new__(cls): return 5
t(r, Bad)
try:
    try: raise ValueError
    except (5, int): pass
except TypeError as e: print(e)
class MyOS(OSError):
    def __init__(self, a, b=None): super().__init__(a, b); self.extra = 1
m = MyOS(2, 'x'); print(m.errno, m.args, m.extra, type(m).__name__)
class Mine(Exception):
    def __init__(self, a): self.a = a
x = Mine(4); print(x.args, x.a, repr(x), str(x), x.__dict__, x.__reduce__())
e = ValueError(1); e.args = [2, 3]; print(e.args, e); e.add_note('n1'); e.add_note('n2'); print(e.__notes__)
t(lambda: e.add_note(5))
t(lambda: setattr(e, '__traceback__', 5))
t(lambda: setattr(e, '__cause__', 5))
t(lambda: setattr(e, '__context__', 5))
t(lambda: delattr(e, 'args'))
t(lambda: delattr(e, '__cause__'))
print(e.with_traceback(None) is e)
e.__setstate__({'zz': 1}); print(e.zz)
eg = ExceptionGroup('top', [ValueError(1), ExceptionGroup('in', [TypeError(2), ValueError(3)]), KeyError(4)])
print(eg.split(ValueError), eg.subgroup(lambda x: isinstance(x, TypeError)), eg.subgroup((KeyError, TypeError)), eg.subgroup(OSError), eg.split(Exception)[1], eg.derive([OSError()]), str(eg), eg.exceptions, eg.message)
t(lambda: eg.split(5))
class EG(ExceptionGroup):
    def derive(self, x): return EG('derived', x)
print(repr(EG('a', [ValueError(), TypeError()]).split(ValueError)), ExceptionGroup[int])
def star(e):
    try: raise e
    except* ValueError as g: print('V', repr(g))
    except* TypeError as g: print('T', repr(g))
    else: print('else')
try: star(eg)
except BaseException as x: print('left', repr(x))
star(ValueError(9))
try: star(OSError(1))
except OSError as x: print(repr(x))
def star2():
    try: raise ExceptionGroup('q', [ValueError(1), TypeError(2)])
    except* ValueError: raise KeyError('new')
    except* TypeError: raise
try: star2()
except BaseException as x: print(repr(x), [repr(i.__context__) for i in x.exceptions])
try: (lambda: undefined_thing)()
except NameError as x: print(x, x.name)
try: [].appendd
except AttributeError as x: print(x, x.name, x.obj)
try: import nope_nope
except ImportError as x: print(x, x.name, x.path, type(x).__name__)
def f():
    print(loc)
    loc = 1
try: f()
except UnboundLocalError as x: print(x, x.name)
try:
    try: raise ValueError('a')
    finally: raise KeyError('b')
except KeyError as x: print(repr(x.__context__))
def tb():
    try: 1/0
    except ZeroDivisionError as x: return x
x = tb(); tbk = x.__traceback__; print(type(tbk).__name__, tbk.tb_lineno > 0, tbk.tb_next, tbk.tb_frame.f_code.co_name, dir(tbk))
t(lambda: setattr(tbk, 'tb_next', tbk))
t(lambda: setattr(tbk, 'tb_next', 5))
print(issubclass(ExceptionGroup, Exception), ExceptionGroup.__mro__, IOError is OSError, EnvironmentError is OSError)
import copy, pickle
print(repr(pickle.loads(pickle.dumps(OSError(2, 'a', 'f')))), repr(copy.copy(KeyError(1))))
t(lambda: type('X', (OSError, SyntaxError), {}))
import sys
def depth(n): return depth(n + 1)
try: depth(0)
except RecursionError as x: print(x)
