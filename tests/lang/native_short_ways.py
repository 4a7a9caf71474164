"""Short ways through built-in functions, math, bytes and map: the same as the long ways."""
import math,binascii
for f in (hex,oct,bin):
    for i in (0,1,-1,255,-256,2**60,-2**61,2**61,2**64,True,-2**63): print(f(i))
for k in (*range(70),100,171,200,500): print(math.factorial(k)%(10**15+37), math.factorial(k).bit_length())
for n in (0,1,5,20,60,61,62,66,67,68,100,1000,2**40,2**61,2**70):
    for k in (0,1,2,3,5,10,30,33): print(math.comb(n,k), math.perm(n,k)%10007)
print(math.gcd(),math.gcd(12),math.gcd(-12,18),math.gcd(2**80,6,2**70*9),math.lcm(),math.lcm(4,6,10),math.lcm(0,5),math.lcm(-3,7))
try: math.gcd(1.5,2)
except TypeError as e: print(e)
try: math.gcd(a=1)
except TypeError as e: print(e)
print(math.prod([]),math.prod([2]*70),math.prod([1.5,2,3]),math.prod([1.5]*3000),math.prod((2**60,4)),math.prod([2.0**-200]*10),math.prod(['a'],start=3),math.prod(x for x in (2,3)),math.prod([True,2]))
print(b'\x00ab\xff'.hex(),b''.hex(),b'abcd'.hex('-',2),bytearray(b'xy').hex(),binascii.hexlify(b'abc'),binascii.hexlify(b'abcd',':'),binascii.hexlify(bytearray(b'')),memoryview(b'ab').hex())
t=bytes(reversed(range(256)))
print(b'abc'.translate(t),bytearray(b'abc').translate(t),b'abc'.translate(None,b'b'),b''.translate(t),b'a'.translate(t),b'abc'.translate(None))
for x in ([1,2,255],[256],[-1],[1,'a'],(1,2),[True,2],[],[2**70],[65]):
    try: print(bytes(x),bytearray(x))
    except Exception as e: print(type(e).__name__,e)
print(b'  ab '.strip(),b'ab'.strip(),bytearray(b' \t\nab').lstrip(),b'xxaxx'.strip(b'x'))
class L(list):
    def __iter__(s): return iter([7,8])
print(bytes(L([1,2])))
print(max([1.5,2.5,float('nan')]),min([float('nan'),1.0]),max([1,2.5,2]),max('a','b','ab'),max([],default=4),max([(1,2),(1,3)]),max(['a','b'],key=str.upper),sorted(['b','a'],key=str.upper))
print(1.5<2.5,-0.0==0.0,0.0<-0.0,1e300>1e299,min(0.0,-0.0),float('inf')>1e308, sorted([3.5,-1.0,2e300,float('inf'),float('-inf')]))
class It:
    def __init__(s): s.n=0
    def __iter__(s): return s
    def __next__(s):
        s.n+=1
        if s.n>3: raise StopIteration('v')
        return s.n
print(sum(It()),set(It()),max(It()),any(x>2 for x in It()),all(It()))
l=[1,2,3]
class H:
    def __hash__(s): l.clear(); return 5
l.insert(0,H()); print(len(set(l)))
l=[3,1,2]
def k(x): l.append(9) if len(l)<6 else 0; return x
print(max(l,key=k), len(l))
from functools import reduce
import operator
print(reduce(operator.add,[1,2,3],10),reduce(max,[4,9,2]),list(map(max,[1,5],[3,2])),list(map(divmod,[7],[2])),list(map([1,2,3].__getitem__,[0,2])),list(map('a-b'.split,['-'])),list(map(str.split,['a b'],[' '])))
try: list(map(len,[1]))
except TypeError as e: print(e)
try: list(map({}.get,[[]]))
except TypeError as e: print(e)
try: list(map(abs,[1],[2]))
except TypeError as e: print(e)
try: reduce(abs,[1,2])
except TypeError as e: print(e)
ig=operator.itemgetter
print(ig(0)((1,2)),ig(-1)((1,2)),ig(1,0)('ab'),ig('a')({'a':1}))
try: ig(5)((1,))
except IndexError as e: print(e)
print([*range(30)]==" ".join(map(str,range(30))).split() , len(" ".join(map(str,range(30))).split()), " ".join(map(str,range(13))).rsplit())
import collections, hashlib, random


class Unseeded(random.Random):
    def __init__(self):
        pass


print(random.Random(5).random(), random.Random("x").getrandbits(70), 0 <= Unseeded().random() < 1, len(random.Random().getstate()[1]), 0 <= random.Random().random() < 1)
for bad in ([], {}):
    try:
        print(random.Random(bad).random())
    except TypeError as e:
        print(e)
for name in ("md5", "sha1", "sha256", "sha512", "sha3_256", "blake2b", "shake_128", "no_such"):
    try:
        h = hashlib.new(name, b"abc")
        print(name, h.hexdigest(8) if name.startswith("shake") else h.hexdigest()[:16], hashlib.new(name, b"abc").digest_size)
    except ValueError as e:
        print(e)
for size in (None, 0, 3):
    d = collections.deque([1, 2], size)
    d.extend([3, 4])
    d.extend((5,))
    d.extend([])
    d.extendleft([6, 7])
    d.extend(d)
    print(d)
it = iter(d := collections.deque([1]))
d.extend([2])
try:
    next(it)
except RuntimeError as e:
    print(e)
