/* generic_alias.c -- list[int]. What typing and PEP 560, 585, 646 need of it. */
#include "interp/object/generic_alias.h"
#include "gc/heap.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/generic_subst.h"
#include "interp/object/iterators.h"
#include "interp/object/list.h"
#include "interp/object/names.h"
#include "interp/object/native.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

typedef struct GenericAlias { Object head; Value origin, args /* tuple */, parameters /* tuple; UNBOUND: not asked yet */; bool starred; } GenericAlias;
static GenericAlias *as_alias(Value v) { assert(is_instance_of(v, &generic_alias_type)); return (GenericAlias *)as_obj(v); }

static Value make(Type *type, Value origin, Value arguments, bool starred)
{
    assert(type_is_subtype(type, &generic_alias_type));
    own Value args = tuple_check(arguments) ? retain(arguments) : tuple_of1(arguments);
    own Value made = is_error(args) ? ERROR : instance_new(type);
    if (is_error(made))
        return ERROR;
    GenericAlias *a = as_alias(made);
    a->origin = retain(origin);
    a->args = give(args);
    a->starred = starred;
    return give(made);
}

Value generic_alias_new(Value origin, Value arguments) { return make(&generic_alias_type, origin, arguments, false); }
Value generic_alias_class_getitem(Value *args, size_t n) { return generic_alias_new(args[0], args[1]); }

static Value alias_new(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    if (is_ptr(kwnames) && tuple_len(kwnames))
        return raise(TypeError, "GenericAlias() takes no keyword arguments");
    if (n_pos != 2)
        return raise(TypeError, "GenericAlias expected 2 arguments, got %zu", n_pos);
    return make(type, args[0], args[1], false);
}

static Value alias_repr(Value self)
{
    GenericAlias *a = as_alias(self);
    assert(tuple_check(a->args));
    own Value origin = generic_repr_item(a->origin);
    StrBuilder out = { 0 };
    bool good = !is_error(origin) && (!a->starred || str_builder_char(&out, '*')) && str_builder_str(&out, origin) && str_builder_char(&out, '[');
    for (uint64_t i = 0; good && i < tuple_len(a->args); i++) {
        own Value item = generic_repr_item(tuple_peek(a->args, i));
        good = !is_error(item) && (i == 0 || str_builder_ascii(&out, ", ", 2)) && str_builder_str(&out, item);
    }
    good = good && (tuple_len(a->args) || str_builder_ascii(&out, "()", 2)) && str_builder_char(&out, ']');
    return str_builder_end(&out, good);
}

/* Everything but these names is the origin's. */
static const char *const own_names[] = { "__class__", "__origin__", "__args__", "__unpacked__", "__parameters__", "__typing_unpacked_tuple_args__",
                                         "__mro_entries__", "__reduce_ex__", "__reduce__", "__copy__", "__deepcopy__", NULL };

static Value alias_getattr(Value self, Value name)
{
    for (int i = 0; own_names[i]; i++)
        if (str_equal_c(name, own_names[i]))
            return attr_get_generic(self, name);
    return obj_getattr(as_alias(self)->origin, name);
}

static Value alias_call(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    own Value made = call_kw(as_alias(self)->origin, args, n_pos, kwnames);
    if (is_error(made))
        return ERROR;
    if (!obj_setattr(made, N(__orig_class__), self)) {
        if (!error_is(AttributeError) && !error_is(TypeError))
            return ERROR;
        error_clear();
    }
    return give(made);
}

static bool alias_hash(Value self, int64_t *hash)
{
    int64_t a, b;
    if (!obj_hash(as_alias(self)->origin, &a) || !obj_hash(as_alias(self)->args, &b))
        return false;
    *hash = (a ^ b) == -1 ? -2 : a ^ b;
    assert(*hash != -1);
    return true;
}

static Value alias_compare(Value x, Value y, CompareOp op)
{
    if ((op != CMP_EQ && op != CMP_NE) || !is_instance_of(x, &generic_alias_type) || !is_instance_of(y, &generic_alias_type))
        return NOT_IMPLEMENTED;
    const GenericAlias *a = as_alias(x), *b = as_alias(y);
    Truth equal = a->starred == b->starred;
    if (equal == YES)
        equal = obj_equal(a->origin, b->origin);
    if (equal == YES)
        equal = obj_equal(a->args, b->args);
    return equal < 0 ? ERROR : bool_value((equal == YES) == (op == CMP_EQ));
}

static Value parameters(Value self) { return generic_parameters(&as_alias(self)->parameters, as_alias(self)->args); }

static Value alias_getitem(Value self, Value item)
{
    own Value params = parameters(self);
    own Value args = is_error(params) ? ERROR : generic_substitute(self, as_alias(self)->args, params, item);
    return is_error(args) ? ERROR : make(&generic_alias_type, as_alias(self)->origin, args, as_alias(self)->starred);
}

static const TraceRow alias_rows[] = {
    { TRACE_VALUE, offsetof(GenericAlias, origin), 0, "__origin__" }, { TRACE_VALUE, offsetof(GenericAlias, args), 0, "__args__" },
    { TRACE_VALUE, offsetof(GenericAlias, parameters), 0, "__parameters__" }, { .kind = TRACE_END }
};

/* --- iteration: one starred copy of itself ------------------------------------------------------------------------------ */

typedef struct AliasIterator { Object head; Value alias; } AliasIterator;
static Type alias_iterator_type;

static Value alias_iter(Value self)
{
    own Value made = instance_new(&alias_iterator_type);
    if (is_error(made))
        return ERROR;
    ((AliasIterator *)as_obj(made))->alias = retain(self);
    return give(made);
}

static Value alias_iterator_next(Value self)
{
    assert(is_exact(self, &alias_iterator_type));
    AliasIterator *it = (AliasIterator *)as_obj(self);
    own Value alias = it->alias;
    it->alias = UNBOUND;
    return is_unbound(alias) ? STOP : make(&generic_alias_type, as_alias(alias)->origin, as_alias(alias)->args, true);
}

static Value iterator_is_itself(Value self) { return retain(self); }

static const TraceRow alias_iterator_rows[] = { { TRACE_VALUE, offsetof(AliasIterator, alias), 0, "alias" }, { .kind = TRACE_END } };
static Value alias_iterator_reduce(Value *args, size_t n)
{
    AliasIterator *it = (AliasIterator *)as_obj(args[0]);
    own Value maker = builtin_get("iter"), rest = is_unbound(it->alias) ? retain(tuple_empty) : retain(it->alias);
    own Value arguments = is_error(maker) ? ERROR : tuple_of1(rest);
    return is_error(arguments) ? ERROR : tuple_of2(maker, arguments);
}

static const Method alias_iterator_methods[] = { { "__reduce__", "(self, /)", alias_iterator_reduce, NULL }, { 0 } };
static Type alias_iterator_type = {
    STATIC_TYPE(alias_iterator_type, "generic_alias_iterator", AliasIterator, alias_iterator_rows),
    .flags = TYPE_NO_NEW, .iter = iterator_is_itself, .next = alias_iterator_next, .methods = alias_iterator_methods,
};

/* --- methods ----------------------------------------------------------------------------------------------------------------- */

static Value mro_entries(Value *args, size_t n) { return tuple_of1(as_alias(args[0])->origin); }
static Value no_instancecheck(Value *args, size_t n) { return raise(TypeError, "isinstance() argument 2 cannot be a parameterized generic"); }
static Value no_subclasscheck(Value *args, size_t n) { return raise(TypeError, "issubclass() argument 2 cannot be a parameterized generic"); }

static Value alias_reduce(Value *args, size_t n)
{
    GenericAlias *a = as_alias(args[0]);
    own Value pair = tuple_of2(a->origin, a->args);
    if (is_error(pair) || !a->starred)
        return is_error(pair) ? ERROR : tuple_of2(obj_value(&generic_alias_type), pair);
    own Value plain = make(&generic_alias_type, a->origin, a->args, false);
    own Value it = is_error(plain) ? ERROR : alias_iter(plain);
    own Value one = is_error(it) ? ERROR : tuple_of1(it);
    own Value next = is_error(one) ? ERROR : builtin_get("next");
    return is_error(next) ? ERROR : tuple_of2(next, one);
}

static Value alias_dir(Value *args, size_t n)
{
    own Value names = obj_dir(as_alias(args[0])->origin);
    for (int i = 0; !is_error(names) && own_names[i]; i++) {
        own Value name = str_intern(own_names[i]);
        Truth seen = is_error(name) ? TRUTH_FAILED : NO;
        for (uint64_t k = 0; seen == NO && k < list_len(names); k++) {
            own Value other = retain(list_peek(names, k));
            seen = obj_equal(other, name);
        }
        if (seen == TRUTH_FAILED || (seen == NO && !list_append(names, name)))
            return ERROR;
    }
    return give(names);
}

static Value get_unpacked_args(Value self)
{
    GenericAlias *a = as_alias(self);
    return a->starred && same(a->origin, obj_value(&tuple_type)) ? retain(a->args) : NONE;
}
static Value get_unpacked(Value self) { return bool_value(as_alias(self)->starred); }

static const Method alias_methods[] = {
    { "__mro_entries__", "(self, bases, /)", mro_entries, NULL },
    { "__instancecheck__", "(self, instance, /)", no_instancecheck, NULL },
    { "__subclasscheck__", "(self, subclass, /)", no_subclasscheck, NULL },
    { "__reduce__", "(self, /)", alias_reduce, NULL },
    { "__dir__", "(self, /)", alias_dir, NULL },
    { 0 },
};
static const GetSet alias_getsets[] = {
    { "__parameters__", parameters, NULL, "Type variables in the GenericAlias." },
    { "__typing_unpacked_tuple_args__", get_unpacked_args, NULL, NULL },
    { "__unpacked__", get_unpacked, NULL, NULL },
    { 0 },
};
static const Member alias_members[] = {
    { "__origin__", MEMBER_VALUE, offsetof(GenericAlias, origin), false, NULL },
    { "__args__", MEMBER_VALUE, offsetof(GenericAlias, args), false, NULL },
    { 0 },
};

Type generic_alias_type = {
    STATIC_TYPE(generic_alias_type, "GenericAlias", GenericAlias, alias_rows),
    .flags = TYPE_BASE | TYPE_WEAK, .module_name = "types",
    .new = alias_new, .repr = alias_repr, .getattr = alias_getattr, .call = alias_call, .hash = alias_hash, .compare = alias_compare,
    .getitem = alias_getitem, .iter = alias_iter,
    .methods = alias_methods, .getsets = alias_getsets, .members = alias_members,
    .doc = "Represent a PEP 585 generic type\n\nE.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,).",
    .signature = "(origin, args, /)",
};

void generic_alias_init(void)
{
    type_ready(&generic_alias_type, NULL);
    type_ready(&alias_iterator_type, NULL);
    type_alias_hook = generic_alias_new;
}
