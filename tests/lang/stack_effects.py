# _opcode: the stack effects of CPython's instructions.
import _opcode,opcode,zlib
r=[]
for op in range(256):
    for a in (None,*range(20),256,257,513):
        for j in (None,True,False,3):
            try: r.append(_opcode.stack_effect(op,a,jump=j))
            except ValueError as e: r.append(str(e))
print(zlib.crc32(repr(r).encode())); print(r[:5])
