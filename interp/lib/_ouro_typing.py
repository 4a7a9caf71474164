"""Type parameters and aliases (PEP 695, 696). Bounds, constraints, defaults and alias values are evaluated when first asked for."""
import sys
import types
import typing

_missing = object()


def _caller():
    return sys._getframe(2).f_globals.get("__name__", "__main__")


class _Lazy:
    """An attribute that a function gives, once."""

    def __set_name__(self, owner, name):
        self.name = "_made" + name
        self.function = "_function" + name

    def __get__(self, instance, owner):
        if instance is None:
            return self
        state = instance.__dict__
        if self.name not in state:
            function = state.get(self.function)
            state[self.name] = self.otherwise if function is None else function()
        return state[self.name]

    def __init__(self, otherwise):
        self.otherwise = otherwise


class TypeVar(typing.TypeVar, _root=True):
    __bound__ = _Lazy(None)
    __constraints__ = _Lazy(())
    __default__ = _Lazy(getattr(typing, "NoDefault", _missing))

    def __init__(self, name, bound=None, constraints=None, default=None, module=None):
        self.__dict__.update(__name__=name, __covariant__=False, __contravariant__=False, __infer_variance__=True, __module__=module,
                             _function__bound__=bound, _function__constraints__=constraints, _function__default__=default)

    def has_default(self):
        return self.__dict__["_function__default__"] is not None

    def __repr__(self):
        return self.__name__


class ParamSpec(typing.ParamSpec, _root=True):
    __bound__ = None
    __default__ = _Lazy(getattr(typing, "NoDefault", _missing))

    def __init__(self, name, default=None, module=None):
        self.__dict__.update(__name__=name, __covariant__=False, __contravariant__=False, __infer_variance__=True, __module__=module,
                             _function__default__=default)

    def has_default(self):
        return self.__dict__["_function__default__"] is not None

    def __repr__(self):
        return self.__name__


class TypeVarTuple(typing.TypeVarTuple, _root=True):
    __default__ = _Lazy(getattr(typing, "NoDefault", _missing))

    def __init__(self, name, default=None, module=None):
        self.__dict__.update(_name=name, __name__=name, __module__=module, _function__default__=default)

    def has_default(self):
        return self.__dict__["_function__default__"] is not None

    def __repr__(self):
        return self.__name__


for _class in (TypeVar, ParamSpec, TypeVarTuple):
    _class.__module__ = "typing"


def make_type_param(kind, name, bound, default):
    """What `[T: bound = default]` makes. kind: 0 TypeVar, 1 ParamSpec, 2 TypeVarTuple, 3 TypeVar with constraints."""
    module = _caller()
    if kind == 1:
        return ParamSpec(name, default, module)
    if kind == 2:
        return TypeVarTuple(name, default, module)
    return TypeVar(name, bound if kind == 0 else None, bound if kind == 3 else None, default, module)


def generic_base(params):
    """The base that `class C[T, *Ts]` gets: Generic[T, *Ts]."""
    return typing.Generic[tuple(typing.Unpack[p] if isinstance(p, typing.TypeVarTuple) else p for p in params)]


class TypeAliasType:
    """What `type X[T] = value` makes."""
    __value__ = _Lazy(None)

    def __init__(self, name, type_params=(), function=None, *, module=None):
        self.__dict__.update(__name__=name, __type_params__=tuple(type_params), _function__value__=function, __module__=module or _caller())

    @property
    def __parameters__(self):
        return tuple(typing.Unpack[p] if isinstance(p, typing.TypeVarTuple) else p for p in self.__type_params__)

    def __setattr__(self, name, value):
        raise AttributeError(f"attribute {name!r} of 'typing.TypeAliasType' objects is not writable")

    def __getitem__(self, parameters):
        if not self.__type_params__:
            raise TypeError("Only generic type aliases are subscriptable")
        return types.GenericAlias(self, parameters)

    def __or__(self, other):
        return typing.Union[self, other]

    def __ror__(self, other):
        return typing.Union[other, self]

    def __repr__(self):
        return self.__name__

    def __init_subclass__(cls):
        raise TypeError("type 'typing.TypeAliasType' is not an acceptable base type")

    def __reduce__(self):
        return self.__name__


TypeAliasType.__module__ = "typing"
if not hasattr(typing, "TypeAliasType"):
    typing.TypeAliasType = TypeAliasType


def make_type_alias(name, type_params, function):
    return TypeAliasType(name, type_params, function, module=_caller())
