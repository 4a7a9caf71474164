# formatted strings
x, y, s = 5, 3.14159, 'text'
print(f'{x}', f'{x!r}', f'{s!r:>10}', f'{s!s:*^10}', f'{y:.2f}', f'{y:{x}.{2}}', f'{x:05d}', f'a{x}b{y}c', f'{{}}', f'{{{x}}}', f'', f'no', f'{x}' 'tail' f'{y}')
print(f'{x=}', f'{x = }', f'{s=!s}', f'{y=:.1f}', f'{x + 1=}', f'{s!a}')
print(f"{'nested'} {f'{x}'} {d['k'] if (d := {'k': 1}) else ''}", f'{[i for i in range(3)]}', f'{ {1: 2}[1] }', f'{(lambda a: a * 2)(4)}')
class F:
    def __format__(self, spec): return f'<{spec}>'
    def __repr__(self): return 'F()'
print(f'{F()}', f'{F():abc}', f'{F()!r:>6}', f'{F():{x}}', f'{F():a{x}b{s}}')
print(f'''multi
{x}
line''', rf'\n{x}', f'\x41{x}\N{BULLET}' if True else '')
try: f'{x:z}'
except ValueError as e: print(e)
try: f'{None:5}'
except TypeError as e: print(e)
try: f'{undefined}'
except NameError as e: print(e)
def order():
    log = []
    def t(v): log.append(v); return v
    f'{t(1)} {t(2):{t("3")}} {t(4)!r}'
    return log
print(order())
def many(): return f'{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}-{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}'
print(many(), len(many()))
print('%s %d %r' % ('a', 1, 'b'), '{} {x}'.format(1, x=2), 'a' 'b' "c", 'abc'[1], 'x' * 3)
print(f'{1:>{2 + 3}}', f'{"a" "b"}', f'{x!r}{y!s}', f'{(1, 2)}', f'{1,}', f'{x if x else 0}', f'{not x}')
