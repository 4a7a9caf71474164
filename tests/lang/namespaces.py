# A namespace that takes the memory of something that is gone has nothing in common with it: caches must not mistake one for another.
import types


def read(module):
    return module.value


code = compile("def get(): return value\nresult = get()", "<cell>", "exec")
wrong = 0
for i in range(300):
    rubbish = [(5,) * (n % 9) for n in range(300)]
    del rubbish
    modules = [types.ModuleType("m") for k in range(5)]
    for k, module in enumerate(modules):
        module.value = k
        wrong += read(module) != k
    for k, module in enumerate(modules):
        exec(code, module.__dict__)
        wrong += module.result != k
        wrong += read(module) != k
    del modules, module
print(wrong)
