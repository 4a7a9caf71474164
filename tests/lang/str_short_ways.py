"""Short ways through str methods, codecs and searches: the same as the long ways, for texts of every width."""
import random
random.seed(7)
alpha=['a','B','ß','é','Å','ÿ','µ','Σ','ς','İ','я','Ж','€','ｱ','😀','\ud800','\n','\x85','\u2028','\x1c',' ','\t',"'",'"','\\','\x7f','\xad','\xa0','×','÷','\0','ﬁ','ǆ']
def show(f):
    try: r=f()
    except MemoryError: raise                   # a checksum would hide it
    except Exception as e: r=(type(e).__name__,str(e))
    return repr(r).encode('ascii','backslashreplace').decode()
import zlib
acc=[]
for n in range(3000):
    k=random.choice([1,3,8,20,33])
    pool=alpha[:random.choice([2,4,8,16,33])]
    s=''.join(random.choice(pool) for _ in range(k))
    p=''.join(random.choice(pool) for _ in range(random.choice([1,1,2,3])))
    q=''.join(random.choice(pool) for _ in range(random.choice([0,1,1,2])))
    for f in (s.upper,s.lower,s.casefold,s.title,s.capitalize,s.swapcase,s.encode,lambda:s.encode('utf-16'),lambda:s.encode('utf-16-be'),lambda:s.encode('utf-32-le'),lambda:s.encode('utf-32'),lambda:s.encode('utf-16','surrogatepass'),lambda:s.encode('utf-8','replace'),
      lambda:repr(s),lambda:ascii(s),lambda:s.replace(p,q),lambda:s.replace(p,q,2),s.split,lambda:s.split(None,2),lambda:s.split(p),lambda:s.rsplit(p,1),s.splitlines,lambda:s.splitlines(True),lambda:s.rfind(p),lambda:s.find(p),lambda:s.count(p),
      lambda:s.translate({ord('a'):'b',ord('B'):None,ord('ß'):'ss',32:0x20ac}),lambda:s.translate(str.maketrans('aB ','xYz')),lambda:s.translate({97:98,66:'QQ'}),lambda:s.translate([1]*67),lambda:s.center(40,p[0]),lambda:s.ljust(36),lambda:s.zfill(30),lambda:s.rjust(35,'0'),s.strip,
      lambda:s.encode('latin-1'),lambda:s.encode('ascii','xmlcharrefreplace'),s.isprintable):
        acc.append(show(f))
for i in range(0,len(acc),5000): print(zlib.crc32('|'.join(acc[i:i+5000]).encode()))
big='ab'*5000+'xyz'+'ab'*5000
for w in ('ba','xyz','zab','aa','abx','b','bab'): print(big.rfind(w),big.rfind(w,0,9000),big.encode().rfind(w.encode()))
class E:
    def __index__(s): return 5
class D(dict):
    def __missing__(s,k): return 'M'
print('abcab'.translate(D({97:'1'})),'abcab'.translate({97:True}))
for bad in ({97:-1},{97:2**40},{97:1.5},{97:b'a'}):
    try: print('abc'.translate(bad))
    except Exception as e: print(type(e).__name__,e)
class K:
    def __hash__(s): return 97
    def __eq__(s,o): print('eq',o); return True
print('abab'.translate({K():'z'}))
for n in (9, 30, 300, 3000):
    for _ in range(300):
        t = ''.join(random.choice('aab') for _ in range(n)) + random.choice(['', 'c', 'ac', 'bb'])
        w = ''.join(random.choice('aabc') for _ in range(random.choice([2, 3, 4, 9, 12])))
        at = next((i for i in range(len(t)) if t.startswith(w, i)), -1)
        if not t.find(w) == t.encode().find(w.encode()) == at:
            print('find', t, w)
        if t.replace(w, 'zz') != 'zz'.join(t.split(w)) or t.count(w) != len(t.split(w)) - 1:
            print('replace', t, w)
print('abcabc'.translate({97: None}), 'abc'.translate({97: None, 98: None, 99: None}) == '', 'abcab'.translate({97: None, 98: 'xyz'}), 'ab'.translate({97: None}), 'abab'.translate({98: 0x20ac, 97: None}))
for t in ('é', 'éa', 'a€', '\U0001f600x', 'ÿ\xa0', '\u07ff\u0800', '\ufffd\uffff'):
    print(ascii(t.encode().decode()), t.encode().decode() == t)
