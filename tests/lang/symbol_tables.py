# The symbol tables of the compiler, as _symtable shows them.
import _symtable as S
def dump(t,ind=0):
    print(' '*ind,repr(t).split('(')[0],t.name,t.type,t.lineno,t.nested,dict(t.symbols),t.varnames,type(t.id),[type(c).__name__ for c in t.children])
    for c in t.children: dump(c,ind+2)
src='''
import os
from sys import *
glob=1
def f(a,*b,k=1,**kw):
    global glob
    x=[i for i in a if (w:=i)]
    class C:
        y:int=x
        __p=1
        def m(self): return __class__, super().m, self.__q
        def n(self):
            nonlocal x
            x=2
    def g(): return x, os
    lambda q=1: q+x
    try: pass
    except E as e: del e
    yield {k:v for k,v in kw}, {s for s in b}, (z async for z in b) if 0 else (z for z in b)
    return g
async def h():
    async with a as b: await c
'''
dump(S.symtable(src,'?','exec'))
dump(S.symtable('a+(lambda: b)()','?','eval'))
dump(S.symtable('a=1','?','single'))
print({k:v for k,v in vars(S).items() if isinstance(v,int)})
for a in (('x','f','bogus'),('x=','f','exec'),(b'x=1','f','exec'),(1,'f','exec'),('x',1,'exec'),('x',b'f','exec'),('def f(x,x):0','fn','exec'),('global x\nx:int','fn','exec')):
    try: print(S.symtable(*a).name)
    except Exception as e: print(type(e).__name__,e)
print(type(S.symtable('1','','exec')))
