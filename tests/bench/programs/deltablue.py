"""Incremental constraint solving: class hierarchies, lists, virtual calls (after Freeman-Benson and Maloney)."""

REQUIRED, STRONG, NORMAL, WEAK = 0, 1, 2, 3
WEAKEST = 4


class Variable:
    def __init__(self, name, value=0):
        self.name, self.value = name, value
        self.constraints = []
        self.determined_by = None
        self.mark = 0
        self.walk = WEAKEST
        self.stay = True


class Constraint:
    def __init__(self, strength):
        self.strength = strength

    def add(self, planner):
        self.attach()
        planner.incremental_add(self)

    def destroy(self, planner):
        if self.is_satisfied():
            planner.incremental_remove(self)
        self.detach()

    def satisfy(self, mark, planner):
        self.choose(mark)
        if not self.is_satisfied():
            if self.strength == REQUIRED:
                raise ValueError("could not satisfy a required constraint")
            return None
        for v in self.inputs():
            v.mark = mark
        out = self.output()
        overridden = out.determined_by
        if overridden is not None:
            overridden.unsatisfy()
        out.determined_by = self
        if not planner.add_propagate(self, mark):
            raise ValueError("cycle")
        out.mark = mark
        return overridden


class Unary(Constraint):
    def __init__(self, v, strength, planner):
        super().__init__(strength)
        self.out, self.satisfied = v, False
        self.add(planner)

    def attach(self):
        self.out.constraints.append(self)

    def detach(self):
        self.out.constraints.remove(self)
        self.satisfied = False

    def choose(self, mark):
        self.satisfied = self.out.mark != mark and self.strength < self.out.walk

    def is_satisfied(self):
        return self.satisfied

    def inputs(self):
        return ()

    def output(self):
        return self.out

    def recalculate(self):
        self.out.walk = self.strength
        self.out.stay = not self.is_input()
        if self.out.stay:
            self.execute()

    def unsatisfy(self):
        self.satisfied = False

    def inputs_known(self, mark):
        return True

    def is_input(self):
        return False

    def execute(self):
        pass


class Stay(Unary):
    pass


class Edit(Unary):
    def is_input(self):
        return True


class Binary(Constraint):
    def __init__(self, a, b, strength, planner):
        super().__init__(strength)
        self.a, self.b, self.direction = a, b, 0
        self.add(planner)

    def attach(self):
        self.a.constraints.append(self)
        self.b.constraints.append(self)
        self.direction = 0

    def detach(self):
        self.a.constraints.remove(self)
        self.b.constraints.remove(self)
        self.direction = 0

    def choose(self, mark):
        if self.a.mark == mark:
            self.direction = 1 if self.b.mark != mark and self.strength < self.b.walk else 0
        elif self.b.mark == mark:
            self.direction = -1 if self.strength < self.a.walk else 0
        elif self.a.walk > self.b.walk:
            self.direction = -1 if self.strength < self.a.walk else 0
        else:
            self.direction = 1 if self.strength < self.b.walk else 0

    def is_satisfied(self):
        return self.direction != 0

    def inputs(self):
        return (self.input(),)

    def input(self):
        return self.a if self.direction > 0 else self.b

    def output(self):
        return self.b if self.direction > 0 else self.a

    def recalculate(self):
        i, out = self.input(), self.output()
        out.walk = max(self.strength, i.walk)
        out.stay = i.stay
        if out.stay:
            self.execute()

    def unsatisfy(self):
        self.direction = 0

    def inputs_known(self, mark):
        i = self.input()
        return i.mark == mark or i.stay or i.determined_by is None

    def is_input(self):
        return False


class Equality(Binary):
    def execute(self):
        self.output().value = self.input().value


class Scale(Binary):
    def __init__(self, a, scale, offset, b, strength, planner):
        self.scale, self.offset = scale, offset
        super().__init__(a, b, strength, planner)

    def attach(self):
        super().attach()
        self.scale.constraints.append(self)
        self.offset.constraints.append(self)

    def execute(self):
        if self.direction > 0:
            self.b.value = self.a.value * self.scale.value + self.offset.value
        else:
            self.a.value = (self.b.value - self.offset.value) // self.scale.value


class Planner:
    mark = 0

    def new_mark(self):
        self.mark += 1
        return self.mark

    def incremental_add(self, c):
        mark = self.new_mark()
        overridden = c.satisfy(mark, self)
        while overridden is not None:
            overridden = overridden.satisfy(mark, self)

    def incremental_remove(self, c):
        out = c.output()
        c.unsatisfy()
        out.determined_by, out.walk, out.stay = None, WEAKEST, True
        unsatisfied, todo = [], [out]
        while todo:
            v = todo.pop()
            for c in v.constraints:
                if not c.is_satisfied():
                    unsatisfied.append(c)
                elif c is not v.determined_by:
                    c.recalculate()
                    todo.append(c.output())
        for strength in range(REQUIRED, WEAKEST):
            for u in unsatisfied:
                if u.strength == strength:
                    self.incremental_add(u)

    def add_propagate(self, c, mark):
        todo = [c]
        while todo:
            d = todo.pop()
            if d.output().mark == mark:
                self.incremental_remove(c)
                return False
            d.recalculate()
            self.consumers(d.output(), todo)
        return True

    def consumers(self, v, into):
        for c in v.constraints:
            if c is not v.determined_by and c.is_satisfied():
                into.append(c)

    def extract_plan(self, sources):
        mark, plan, todo = self.new_mark(), [], list(sources)
        while todo:
            c = todo.pop()
            out = c.output()
            if out.mark != mark and c.inputs_known(mark):
                plan.append(c)
                out.mark = mark
                self.consumers(out, todo)
        return plan


def change(planner, v, value):
    edit = Edit(v, STRONG, planner)
    plan = planner.extract_plan([edit])
    for _ in range(10):
        v.value = value
        for c in plan:
            c.execute()
    edit.destroy(planner)


def chain(n):
    planner = Planner()
    variables = [Variable("v%d" % i) for i in range(n + 1)]
    for a, b in zip(variables, variables[1:]):
        Equality(a, b, REQUIRED, planner)
    Stay(variables[-1], NORMAL, planner)
    edit = Edit(variables[0], STRONG, planner)
    plan = planner.extract_plan([edit])
    for i in range(60):
        variables[0].value = i
        for c in plan:
            c.execute()
        assert variables[-1].value == i
    edit.destroy(planner)


def projection(n):
    planner = Planner()
    scale, offset = Variable("scale", 10), Variable("offset", 1000)
    destinations = []
    for i in range(n):
        source, destination = Variable("s%d" % i, i), Variable("d%d" % i, i)
        destinations.append(destination)
        Stay(source, NORMAL, planner)
        Scale(source, scale, offset, destination, REQUIRED, planner)
    change(planner, source, 17)
    assert destination.value == 1170, destination.value
    change(planner, scale, 5)
    for i in range(n - 1):
        assert destinations[i].value == i * 5 + 1000
    change(planner, offset, 2000)
    return sum(d.value for d in destinations)


for _ in range(14):
    chain(1000)
    result = projection(700)
print(result)
