/* descriptor_methods.c -- attributes and methods of functions written in C, descriptors, property and its kin, bound methods, cells, tracebacks. */
#include "interp/builtins/tables.h"
#include "interp/object/attr.h"
#include "interp/object/cell.h"
#include "interp/object/class.h"
#include "interp/object/descriptor.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/method.h"
#include "interp/object/module.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/signature.h"
#include "interp/object/slots.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include "interp/builtins/import.h"

static Value text_or_none(const char *text) { return text ? str_from(text) : NONE; }

/* --- native callables ------------------------------------------------------------------------------------------------- */

static Native *as_native(Value v) { return (Native *)as_obj(v); }
static Value native_name(Value v) { return str_from(as_native(v)->row->name); }
static Value native_doc(Value v) { return text_or_none(as_native(v)->row->doc); }
static Value native_module(Value v) { return retain(as_native(v)->module); }
static Value native_self(Value v) { return is_unbound(as_native(v)->self) ? NONE : retain(as_native(v)->self); }
static Value native_objclass(Value v) { return retain(obj_value(as_native(v)->owner)); }

static Value native_signature(Value v)
{
    const Native *n = as_native(v);
    if (n->row->signature[0] == '(' && n->row->signature[1] == '$')
        return str_from(n->row->signature);
    return signature_text(n->row->signature, !n->owner ? OWNER_MODULE : n->row->kind == METHOD_STATIC ? OWNER_NONE : OWNER_TYPE);
}

/* A module's function, not a method bound to something else. */
static bool is_function(const Native *n) { return is_unbound(n->self) || is_instance_of(n->self, &module_type); }

static Value native_repr(Value v)
{
    const Native *n = as_native(v);
    return is_function(n) ? str_format("<built-in function %s>", n->row->name)
                          : str_format("<built-in method %s of %T object at %p>", n->row->name, n->self, (void *)(uintptr_t)n->self.bits);
}

static Value native_full_name(Value v)
{
    const Native *n = as_native(v);
    if (is_function(n))
        return native_qualname(as_native(v));
    Type *type = is_type(n->self) ? as_type(n->self) : type_of(n->self);
    own Value qualname = type_qualname(type);
    return is_error(qualname) ? ERROR : str_format("%S.%s", qualname, n->row->name);
}

/* pickle: a function by its name, a bound method by getattr(self, name) */
/* (getattr, (owner, name)). A NULL name: an error is pending. */
static Value reduce_by_getattr(Value owner, const char *name)
{
    own Value fn = name ? import_attr("builtins", "getattr") : ERROR, text = name ? str_from(name) : ERROR;
    own Value pair = is_error(fn) || is_error(text) ? ERROR : tuple_of2(owner, text);
    return is_error(pair) ? ERROR : tuple_of2(fn, pair);
}

static Value native_reduce(Value *args, size_t n)
{
    const Native *f = as_native(args[0]);
    if (is_function(f))
        return str_from(f->row->name);
    return reduce_by_getattr(f->self, f->row->name);
}

static Value method_descriptor_reduce(Value *args, size_t n)
{
    return reduce_by_getattr(obj_value(as_native(args[0])->owner), as_native(args[0])->row->name);
}

static const GetSet native_getsets[] = {
    { "__module__", native_module, NULL, NULL }, { "__doc__", native_doc, NULL, NULL }, { "__name__", native_name, NULL, NULL },
    { "__qualname__", native_full_name, NULL, NULL }, { "__self__", native_self, NULL, NULL }, { "__text_signature__", native_signature, NULL, NULL }, { 0 },
};
static const Method native_methods[] = { { "__reduce__", "(self, /)", native_reduce, NULL }, { 0 } };
static const GetSet method_descriptor_getsets[] = {
    { "__doc__", native_doc, NULL, NULL }, { "__name__", native_name, NULL, NULL }, { "__qualname__", native_full_name, NULL, NULL },
    { "__objclass__", native_objclass, NULL, NULL }, { "__text_signature__", native_signature, NULL, NULL }, { 0 },
};
static const Method method_descriptor_methods[] = { { "__reduce__", "(self, /)", method_descriptor_reduce, NULL }, { 0 } };

/* --- slot wrappers -------------------------------------------------------------------------------------------------------- */

static const WrapperDescriptor *as_wrapper(Value v)
{
    return is_exact(v, &method_wrapper_type) ? ((MethodWrapper *)as_obj(v))->descriptor : (WrapperDescriptor *)as_obj(v);
}
static Value wrapper_name(Value v) { return str_from(as_wrapper(v)->row->dunder); }
static Value wrapper_doc(Value v) { return text_or_none(as_wrapper(v)->row->doc); }
static Value wrapper_signature(Value v) { return text_or_none(as_wrapper(v)->row->signature); }
static Value wrapper_objclass(Value v) { return retain(obj_value(as_wrapper(v)->owner)); }
static Value wrapper_qualname(Value v) { return str_format("%s.%s", as_wrapper(v)->owner->heap.name, as_wrapper(v)->row->dunder); }
static Value wrapper_self(Value v) { return retain(((MethodWrapper *)as_obj(v))->self); }
static Value wrapper_reduce(Value *args, size_t n) { return reduce_by_getattr(obj_value(as_wrapper(args[0])->owner), as_wrapper(args[0])->row->dunder); }
static Value method_wrapper_reduce(Value *args, size_t n) { return reduce_by_getattr(((MethodWrapper *)as_obj(args[0]))->self, as_wrapper(args[0])->row->dunder); }

#define WRAPPER_GETSETS \
    { "__objclass__", wrapper_objclass, NULL, NULL }, { "__name__", wrapper_name, NULL, NULL }, { "__qualname__", wrapper_qualname, NULL, NULL }, \
    { "__doc__", wrapper_doc, NULL, NULL }, { "__text_signature__", wrapper_signature, NULL, NULL }
static const GetSet wrapper_getsets[] = { WRAPPER_GETSETS, { 0 } };
static const GetSet method_wrapper_getsets[] = { WRAPPER_GETSETS, { "__self__", wrapper_self, NULL, NULL }, { 0 } };
static const Method wrapper_methods[] = { { "__reduce__", "(self, /)", wrapper_reduce, NULL }, { 0 } };
static const Method method_wrapper_methods[] = { { "__reduce__", "(self, /)", method_wrapper_reduce, NULL }, { 0 } };

/* --- members, getsets --------------------------------------------------------------------------------------------------------- */

static Value member_name(Value v) { return retain(((MemberDescriptor *)as_obj(v))->name); }
static Value member_doc(Value v) { return text_or_none(((MemberDescriptor *)as_obj(v))->row->doc); }
static Value member_objclass(Value v) { return retain(obj_value(((MemberDescriptor *)as_obj(v))->owner)); }
static Value member_qualname(Value v)
{
    own Value owner = type_qualname(((MemberDescriptor *)as_obj(v))->owner);
    return is_error(owner) ? ERROR : str_format("%S.%S", owner, ((MemberDescriptor *)as_obj(v))->name);
}
static Value member_reduce(Value *args, size_t n)
{
    const MemberDescriptor *m = (MemberDescriptor *)as_obj(args[0]);
    return reduce_by_getattr(obj_value(m->owner), str_utf8_peek(m->name, NULL));
}
static const GetSet member_getsets[] = {
    { "__objclass__", member_objclass, NULL, NULL }, { "__name__", member_name, NULL, NULL }, { "__qualname__", member_qualname, NULL, NULL },
    { "__doc__", member_doc, NULL, NULL }, { 0 },
};
static const Method member_methods[] = { { "__reduce__", "(self, /)", member_reduce, NULL }, { 0 } };

static Value getset_name(Value v) { return str_from(((GetSetDescriptor *)as_obj(v))->row->name); }
static Value getset_doc(Value v) { return text_or_none(((GetSetDescriptor *)as_obj(v))->row->doc); }
static Value getset_objclass(Value v) { return retain(obj_value(((GetSetDescriptor *)as_obj(v))->owner)); }
static Value getset_qualname(Value v)
{
    own Value owner = type_qualname(((GetSetDescriptor *)as_obj(v))->owner);
    return is_error(owner) ? ERROR : str_format("%S.%s", owner, ((GetSetDescriptor *)as_obj(v))->row->name);
}
static const GetSet getset_getsets[] = {
    { "__objclass__", getset_objclass, NULL, NULL }, { "__name__", getset_name, NULL, NULL }, { "__qualname__", getset_qualname, NULL, NULL },
    { "__doc__", getset_doc, NULL, NULL }, { 0 },
};

/* --- property ------------------------------------------------------------------------------------------------------------------- */

static Property *as_property(Value v) { return (Property *)as_obj(v); }

/* A copy of the same class with some of the functions replaced. */
static Value property_copy(Value self, Value get, Value set, Value del)
{
    Property *p = as_property(self);
    own Value g = retain(is_none(get) ? p->get : get), s = retain(is_none(set) ? p->set : set), d = retain(is_none(del) ? p->del : del);
    own Value doc = p->getter_doc && !is_none(g) ? NONE : retain(p->doc);
    own Value made = call(obj_value(type_of(self)), (Value[]){ g, s, d, doc }, 4);
    if (!is_error(made) && is_instance_of(made, &property_type))
        set_slot(&as_property(made)->name, retain(p->name));
    return give(made);
}

static Value property_getter(Value *args, size_t n) { return property_copy(args[0], args[1], NONE, NONE); }
static Value property_setter(Value *args, size_t n) { return property_copy(args[0], NONE, args[1], NONE); }
static Value property_deleter(Value *args, size_t n) { return property_copy(args[0], NONE, NONE, args[1]); }

static Value property_set_name(Value *args, size_t n)
{
    if (n != 3)
        return raise(TypeError, "__set_name__() takes 2 positional arguments but %zu were given", n - 1);
    set_slot(&as_property(args[0])->name, retain(args[2]));
    return NONE;
}

static Truth is_abstract(Value v)
{
    own Value flag = UNBOUND;
    if (is_none(v) || is_unbound(v))
        return NO;
    Found found = obj_find_attr(v, N(__isabstractmethod__), &flag);
    return found == FOUND ? obj_truth(flag) : found == FAILED ? TRUTH_FAILED : NO;
}

static Value property_abstract(Value self)
{
    const Property *p = as_property(self);
    Truth t = is_abstract(p->get);
    if (t == NO)
        t = is_abstract(p->set);
    if (t == NO)
        t = is_abstract(p->del);
    return t < 0 ? ERROR : bool_value(t);
}

static const Method property_methods[] = {
    { "getter", "(self, fget, /)", property_getter, "Descriptor to obtain a copy of the property with a different getter." },
    { "setter", "(self, fset, /)", property_setter, "Descriptor to obtain a copy of the property with a different setter." },
    { "deleter", "(self, fdel, /)", property_deleter, "Descriptor to obtain a copy of the property with a different deleter." },
    { "__set_name__", "(...)", property_set_name, "Method to set name of a property." },
    { 0 },
};
static const GetSet property_getsets[] = { { "__isabstractmethod__", property_abstract, NULL, NULL }, { 0 } };
static const Member property_members[] = {
    { "fget", MEMBER_VALUE_NONE, offsetof(Property, get), false, NULL }, { "fset", MEMBER_VALUE_NONE, offsetof(Property, set), false, NULL },
    { "fdel", MEMBER_VALUE_NONE, offsetof(Property, del), false, NULL }, { "__doc__", MEMBER_VALUE_NONE, offsetof(Property, doc), true, NULL }, { 0 },
};

/* --- staticmethod, classmethod ---------------------------------------------------------------------------------------------------- */

static Value static_abstract(Value self)
{
    Truth t = is_abstract(((StaticMethod *)as_obj(self))->callable);
    return t < 0 ? ERROR : bool_value(t);
}
static Value instance_dict_of(Value self) { return instance_dict(as_obj(self)); }
static const GetSet static_getsets[] = { { "__isabstractmethod__", static_abstract, NULL, NULL }, { "__dict__", instance_dict_of, NULL, NULL }, { 0 } };
static const Member static_members[] = {
    { "__func__", MEMBER_VALUE_NONE, offsetof(StaticMethod, callable), false, NULL },
    { "__wrapped__", MEMBER_VALUE_NONE, offsetof(StaticMethod, callable), false, NULL }, { 0 },
};

/* --- bound methods, cells, tracebacks ------------------------------------------------------------------------------------------------ */

static Value method_doc(Value self)
{
    own Value doc = UNBOUND;
    Found found = obj_find_attr(as_method(self)->function, N(__doc__), &doc);
    return found == FAILED ? ERROR : found == ABSENT ? NONE : give(doc);
}
static Value method_reduce(Value *args, size_t n)
{
    own Value name = obj_getattr(as_method(args[0])->function, N(__name__));
    if (is_error(name) || !str_check(name))
        return is_error(name) ? ERROR : raise(TypeError, "cannot pickle a method without a name");
    return reduce_by_getattr(as_method(args[0])->self, str_utf8_peek(name, NULL));
}
static const Method method_methods[] = { { "__reduce__", "(self, /)", method_reduce, NULL }, { 0 } };
static const GetSet method_getsets[] = { { "__doc__", method_doc, NULL, NULL }, { 0 } };
static const Member method_members[] = {
    { "__func__", MEMBER_VALUE, offsetof(BoundMethod, function), false, "the function (or other callable) implementing a method" },
    { "__self__", MEMBER_VALUE, offsetof(BoundMethod, self), false, "the instance to which a method is bound" }, { 0 },
};

static Value cell_get(Value self)
{
    Value v = as_cell(self)->value;
    return is_unbound(v) ? raise(ValueError, "Cell is empty") : retain(v);
}
static bool cell_put(Value self, Value value)
{
    set_slot(&as_cell(self)->value, retain(value));
    return true;
}
static const GetSet cell_getsets[] = { { "cell_contents", cell_get, cell_put, NULL }, { 0 } };

static Value traceback_next(Value self) { return retain(((Traceback *)as_obj(self))->next); }

static bool traceback_set_next(Value self, Value value)
{
    if (is_unbound(value))
        return raise_false(TypeError, "can't delete tb_next attribute");
    if (!is_none(value) && !is_exact(value, &traceback_type))
        return raise_false(TypeError, "expected traceback object, got '%T'", value);
    for (Value at = value; !is_none(at); at = ((Traceback *)as_obj(at))->next)
        if (same(at, self))
            return raise_false(ValueError, "traceback loop detected");
    set_slot(&((Traceback *)as_obj(self))->next, retain(value));
    return true;
}

static Value traceback_dir(Value *args, size_t n)
{
    static const char *const names[] = { "tb_frame", "tb_next", "tb_lasti", "tb_lineno" };
    own Value list = list_new(4);
    for (int i = 0; !is_error(list) && i < 4; i++)
        if (!list_append_take(list, str_from(names[i])))
            return ERROR;
    return give(list);
}
static const Method traceback_methods[] = { { "__dir__", "(self, /)", traceback_dir, NULL }, { 0 } };
static const GetSet traceback_getsets[] = { { "tb_next", traceback_next, traceback_set_next, NULL }, { 0 } };
static const Member traceback_members[] = {
    { "tb_frame", MEMBER_VALUE, offsetof(Traceback, frame), false, NULL }, { "tb_lasti", MEMBER_INT32, offsetof(Traceback, lasti), false, NULL },
    { "tb_lineno", MEMBER_INT32, offsetof(Traceback, lineno), false, NULL }, { 0 },
};

static void join(Type *type, const Method *methods, const GetSet *getsets, const Member *members, const char *doc)
{
    type->methods = methods;
    type->getsets = getsets;
    type->members = members;
    if (doc)
        type->doc = doc;
}

void descriptors_join(void)
{
    native_type.repr = native_repr;
    join(&native_type, native_methods, native_getsets, NULL, NULL);
    join(&method_descriptor_type, method_descriptor_methods, method_descriptor_getsets, NULL, NULL);
    join(&classmethod_descriptor_type, NULL, method_descriptor_getsets, NULL, NULL);
    join(&wrapper_descriptor_type, wrapper_methods, wrapper_getsets, NULL, NULL);
    join(&method_wrapper_type, method_wrapper_methods, method_wrapper_getsets, NULL, NULL);
    join(&member_descriptor_type, member_methods, member_getsets, NULL, NULL);
    join(&getset_descriptor_type, NULL, getset_getsets, NULL, NULL);
    join(&property_type, property_methods, property_getsets, property_members,
         "Property attribute.\n\n  fget\n    function to be used for getting an attribute value\n  fset\n    function to be used for setting an attribute value\n  fdel\n    function to be used for del'ing an attribute\n  doc\n    docstring\n\nTypical use is to define a managed attribute x:\n\nclass C(object):\n    def getx(self): return self._x\n    def setx(self, value): self._x = value\n    def delx(self): del self._x\n    x = property(getx, setx, delx, \"I'm the 'x' property.\")\n\nDecorators make defining new properties or modifying existing ones easy:\n\nclass C(object):\n    @property\n    def x(self):\n        \"I am the 'x' property.\"\n        return self._x\n    @x.setter\n    def x(self, value):\n        self._x = value\n    @x.deleter\n    def x(self):\n        del self._x");
    join(&staticmethod_type, NULL, static_getsets, static_members,
         "staticmethod(function) -> method\n\nConvert a function to be a static method.\n\nA static method does not receive an implicit first argument.\nTo declare a static method, use this idiom:\n\n     class C:\n         @staticmethod\n         def f(arg1, arg2, argN):\n             ...\n\nIt can be called either on the class (e.g. C.f()) or on an instance\n(e.g. C().f()). Both the class and the instance are ignored, and\nneither is passed implicitly as the first argument to the method.\n\nStatic methods in Python are similar to those found in Java or C++.\nFor a more advanced concept, see the classmethod builtin.");
    join(&classmethod_type, NULL, static_getsets, static_members,
         "classmethod(function) -> method\n\nConvert a function to be a class method.\n\nA class method receives the class as implicit first argument,\njust like an instance method receives the instance.\nTo declare a class method, use this idiom:\n\n  class C:\n      @classmethod\n      def f(cls, arg1, arg2, argN):\n          ...\n\nIt can be called either on the class (e.g. C.f()) or on an instance\n(e.g. C().f()).  The instance is ignored except for its class.\nIf a class method is called for a derived class, the derived class\nobject is passed as the implied first argument.\n\nClass methods are different than C++ or Java static methods.\nIf you want those, see the staticmethod builtin.");
    join(&method_type, method_methods, method_getsets, method_members, NULL);
    join(&cell_type, NULL, cell_getsets, NULL, NULL);
    join(&traceback_type, traceback_methods, traceback_getsets, traceback_members, NULL);
}
