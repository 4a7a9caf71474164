# try, except, else, finally, raise, chaining, exception groups
import sys
def t(f):
    try: r = f()
    except BaseException as e: print(f.__name__, 'raised', type(e).__name__, e, '| ctx', type(e.__context__).__name__, '| cause', type(e.__cause__).__name__, e.__suppress_context__ if e.__context__ else '', [type(x).__name__ for x in getattr(e, 'exceptions', ())])
    else: print(f.__name__, '->', r)
    assert sys.exc_info() == (None, None, None)
log = []
@t
def basic():
    out = []
    for x in (0, 1, 'a'):
        try:
            out.append(10 / x)
        except ZeroDivisionError: out.append('zde')
        except (TypeError, ValueError) as e: out.append(str(e))
        else: out.append('else')
        finally: out.append('fin')
    return out
@t
def ret_finally():
    try: return 'try'
    finally: log.append('f')
@t
def override():
    try: return 1
    finally: return 2
@t
def swallow():
    try: 1 / 0
    finally: return 'swallowed'
@t
def ret_value_fixed():
    x = 1
    try: return x
    finally: x = 2
@t
def loop_break():
    out = []
    for i in range(5):
        try:
            if i == 1: continue
            if i == 3: break
            out.append(i)
        finally: out.append(-i)
    else: out.append('else')
    return out
@t
def nested_finally():
    out = []
    try:
        try:
            try: raise KeyError(1)
            finally: out.append('a')
        except ValueError: out.append('no')
        finally: out.append('b')
    except KeyError as e: out.append(repr(e))
    return out
@t
def chained():
    try: 1 / 0
    except ZeroDivisionError as e: raise ValueError('v') from e
@t
def implicit():
    try: 1 / 0
    except ZeroDivisionError: raise ValueError('v')
@t
def from_none():
    try: 1 / 0
    except ZeroDivisionError: raise ValueError('v') from None
@t
def reraise():
    try: 1 / 0
    except ZeroDivisionError: raise
@t
def no_active(): raise
@t
def name_gone():
    try: 1 / 0
    except ZeroDivisionError as e: pass
    return e
@t
def name_reused():
    e = 5
    try: pass
    except Exception as e: pass
    return e
@t
def raise_class(): raise KeyError
@t
def raise_bad(): raise 5
@t
def bad_from(): raise ValueError from 5
@t
def bad_except():
    try: 1 / 0
    except 5: pass
@t
def in_handler():
    try:
        try: 1 / 0
        except ZeroDivisionError: [][1]
    except IndexError as e: return repr(e.__context__)
@t
def finally_exc():
    try: 1 / 0
    finally: [][1]
@t
def return_in_except():
    for i in range(3):
        try: raise ValueError(i)
        except ValueError as e: return e.args
@t
def handled_restored():
    try: 1 / 0
    except ZeroDivisionError:
        try: [][1]
        except IndexError: pass
        return type(sys.exc_info()[1]).__name__
@t
def gen_exc():
    def g():
        try: yield 1
        except ValueError as e: yield 'got ' + str(e)
        finally: log.append('gen done')
    it = g()
    next(it)
    return it.throw(ValueError('x')), list(it)
@t
def while_else():
    n = 0
    while True:
        try:
            n += 1
            if n < 3: continue
            break
        finally: n += 10
    return n
@t
def assertion(): assert 1 == 2, 'message'
@t
def assertion2(): assert []
@t
def deep_handlers():
    out = []
    try:
        try: raise ValueError(1)
        except ValueError as e:
            try: raise TypeError(2)
            except TypeError as f:
                out.append((repr(e), repr(f), repr(f.__context__)))
                raise
    except TypeError as g: out.append(repr(g))
    return out
class CM:
    def __init__(self, name, suppress=False): self.name, self.suppress = name, suppress
    def __enter__(self): log.append('enter ' + self.name); return self.name
    def __exit__(self, *a): log.append(('exit', self.name, a[0] and a[0].__name__)); return self.suppress
@t
def with_basic():
    log.clear()
    with CM('a') as a, CM('b') as b: log.append((a, b))
    with CM('s', True): 1 / 0
    try:
        with CM('c'): 1 / 0
    except ZeroDivisionError: log.append('out')
    for i in range(2):
        with CM('l'):
            if i == 0: continue
            break
    def r():
        with CM('r'): return 5
    log.append(r())
    with (CM('p') as p, CM('q')): pass
    with CM('t') as (x): pass
    return log
@t
def with_errors():
    out = []
    for o in (5, None, type('E', (), {'__enter__': lambda s: 1})(), type('X', (), {'__exit__': lambda s: 1})()):
        try:
            with o: pass
        except (TypeError, AttributeError) as e: out.append(str(e))
    return out
@t
def with_exit_raises():
    class X:
        def __enter__(self): return self
        def __exit__(self, *a): raise KeyError('exit')
    with X(): 1 / 0
@t
def groups():
    out = []
    try:
        raise ExceptionGroup('g', [ValueError(1), TypeError(2), ExceptionGroup('h', [ValueError(3), KeyError(4)])])
    except* ValueError as e: out.append(('V', repr(e)))
    except* TypeError as e: out.append(('T', repr(e)))
    except* KeyError: out.append('K')
    else: out.append('else')
    finally: out.append('fin')
    return out
@t
def group_rest():
    try: raise ExceptionGroup('g', [ValueError(1), OSError(2)])
    except* ValueError: pass
@t
def group_naked():
    try: raise ValueError(1)
    except* ValueError as e: return_value = repr(e)
    return return_value
@t
def group_raise():
    try: raise ExceptionGroup('g', [ValueError(1), OSError(2)])
    except* ValueError: raise KeyError('new')
@t
def group_none():
    try: pass
    except* ValueError: pass
    else: return 'else'
@t
def group_reraise():
    try: raise ExceptionGroup('g', [ValueError(1), OSError(2)])
    except* ValueError: raise
@t
def comp_in_try():
    try: return [1 / x for x in (1, 0)]
    except ZeroDivisionError as e: return str(e)
@t
def notes():
    try:
        e = ValueError('x'); e.add_note('n'); raise e
    except ValueError as e: return e.__notes__
def tb_lines():
    try:
        x = (1 +
             [][3])
    except IndexError as e:
        tb = e.__traceback__
        out = []
        while tb: out.append(tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno); tb = tb.tb_next
        return out
print(tb_lines())
print(log)
try:
    try: raise ValueError('top')
    finally: print('top finally')
except ValueError as e: print(e)
try: e
except NameError as x: print(x)
while True:
    try: break
    finally: print('broke')
for i in range(2):
    try: continue
    finally: print('cont', i)
def finally_loop():
    for i in range(3):
        try: raise ValueError
        except ValueError:
            try: continue
            finally: print('inner', i)
        finally: print('outer', i)
finally_loop()
def multi():
    try: return 'a'
    finally:
        for _ in range(2):
            try: 1/0
            except ZeroDivisionError: continue
            finally: pass
print(multi())
def yield_in_finally():
    try: yield 1
    finally: yield 2
print(list(yield_in_finally()))
raise SystemExit(3)
