/* class.c -- built-in types become usable: their dicts, MRO, inherited slots. And what a type object itself holds and gives back. */
#include "interp/object/class.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "gc/heap.h"
#include "interp/object/attr.h"
#include "interp/object/descriptor.h"
#include "interp/object/names.h"
#include "interp/object/native.h"
#include "interp/object/protocol.h"
#include "interp/object/shape.h"
#include "interp/object/slots.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

static cold void must(bool good, const Type *type, const char *what)
{
    if (good)
        return;
    char *text = error_describe();
    fprintf(stderr, "ouro: type %s cannot be made ready: %s: %s\n", type->heap.name, what, text ? text : "out of memory");
    _exit(1);
}

/* --- T.__new__ of built-in types --------------------------------------------------------------------------------------- */

static Value new_wrapper(Value callable, const Value *args, size_t n_pos, Value kwnames)
{
    Type *owner = as_type(((Native *)as_obj(callable))->self);
    const char *name = owner->heap.name;
    if (n_pos < 1)
        return raise(TypeError, "%s.__new__(): not enough arguments", name);
    if (!is_type(args[0]))
        return raise(TypeError, "%s.__new__(X): X is not a type object (%T)", name, args[0]);
    Type *type = as_type(args[0]);
    if (!type_is_subtype(type, owner))
        return raise(TypeError, "%s.__new__(%Y): %Y is not a subtype of %s", name, type, type, name);
    Type *built_in = type;
    while (built_in && slots_new_is_python(built_in))
        built_in = built_in->base;
    if (built_in && built_in->new != owner->new)
        return raise(TypeError, "%s.__new__(%Y) is not safe, use %Y.__new__()", name, type, built_in);
    return owner->new(type, args + 1, n_pos - 1, kwnames);
}

static const Method new_row = { "__new__", "($type, *args, **kwargs)", NULL, "Create and return a new object.  See help(type) for accurate signature.", METHOD_STATIC };

static bool add_new(Type *type)
{
    own Value made = native_new(&new_row, obj_value(type), NONE, type);
    if (is_error(made))
        return false;
    ((Native *)as_obj(made))->raw_call = new_wrapper;
    return dict_set(type->dict, N(__new__), made);
}

/* --- the dict of a built-in type ------------------------------------------------------------------------------------------ */

static bool add_named(Type *type, const char *name, Value made)
{
    own Value value = made;
    own Value key = str_intern(name);
    return !is_error(value) && !is_error(key) && dict_set(type->dict, key, value);
}

static Value method_object(const Method *row, Type *type)
{
    if (row->kind != METHOD_STATIC)
        return native_new(row, UNBOUND, NONE, type);
    own Value fn = native_new(row, obj_value(type), NONE, type);
    return is_error(fn) ? ERROR : staticmethod_new(fn);
}

static void fill_dict(Type *type)
{
    for (const Method *row = type->methods; row && row->name; row++)
        must(add_named(type, row->name, method_object(row, type)), type, row->name);
    for (const GetSet *row = type->getsets; row && row->name; row++)
        must(add_named(type, row->name, getset_new(row, type)), type, row->name);
    for (const Member *row = type->members; row && row->name; row++)
        must(add_named(type, row->name, member_new(row, UNBOUND, type)), type, row->name);
    if (type->new && is_unbound(dict_peek_str(type->dict, N(__new__))))
        must(add_new(type), type, "__new__");
    must(slots_publish(type), type, "slots");
    if (is_unbound(dict_peek_str(type->dict, N(__doc__))))
        must(add_named(type, "__doc__", type->doc ? str_from(type->doc) : NONE), type, "__doc__");
}

static void ready(Type *type, Value bases)
{
    assert(!(type->flags & TYPE_READY));
    names_init();
    Value dict = dict_new();
    must(!is_error(dict), type, "dict");
    type->dict = as_dict(dict);
    type->dict->flags |= DICT_CLASS;
    type->bases = retain(bases);
    type->base = tuple_len(bases) ? layout_best_base(bases) : NULL;
    must(type->base || type == &object_type, type, "base");
    type->flags |= TYPE_IMMUTABLE | TYPE_READY;
    if (type->base) {
        const Type *base = type->base;
        type->flags |= base->flags & (TYPE_INHERITED | TYPE_WEAK | TYPE_HAS_DICT);
        HeapType *h = &type->heap;
        if (!h->trace)
            h->trace = base->heap.trace;
        if (!h->attrs_offset && base->heap.attrs_offset) {
            h->attrs_offset = base->heap.attrs_offset;
            h->n_inline = base->heap.n_inline;
        }
        if (!type->dict_offset)
            type->dict_offset = base->dict_offset;
        h->heap_flags |= base->heap.heap_flags & (HEAP_TYPE_VAR | HEAP_TYPE_HUB);
        must(h->basic_size >= base->heap.basic_size, type, "the struct is smaller than the base's");
    }
    type->shape.version = shape_new_version();
    Value mro = type == &object_type ? tuple_of1(obj_value(type)) : mro_compute(type, bases);
    must(!is_error(mro), type, "mro");
    type->mro = mro;
    fill_dict(type);
    for (uint64_t i = 1; i < tuple_len(mro); i++) {
        Type *from = as_type(tuple_peek(mro, i));
        slots_inherit(type, from);
    }
    if (!type->new && type->base && type->base != &object_type && !(type->flags & TYPE_NO_NEW))
        type->new = type->base->new;
    for (uint64_t i = 0; i < tuple_len(bases); i++)
        must(subclass_add(as_type(tuple_peek(bases, i)), type), type, "subclasses");
    type_modified(type);
    heap_add_static(&type->heap.head);           /* its dict, bases and MRO are held by no object of the heap */
}

void type_ready_bases(Type *type, Value bases)
{
    heap_exempt(true);
    ready(type, bases);
    heap_exempt(false);
}

void type_ready(Type *type, Type *base)
{
    if (!base && type != &object_type)
        base = &object_type;
    if (base && !(base->flags & TYPE_READY))
        type_ready(base, NULL);
    heap_exempt(true);
    own Value bases = base ? tuple_of1(obj_value(base)) : retain(tuple_empty);
    must(!is_error(bases), type, "bases");
    ready(type, bases);
    heap_exempt(false);
}

/* --- type objects in the heap ----------------------------------------------------------------------------------------------- */

static void trace_field(Visitor *visitor, Value v, const char *name)
{
    Edge edge = { .kind = TRACE_VALUE, .name = name };
    if (is_ptr(v) && v.bits)
        visitor->visit(visitor, as_obj(v), &edge);
}

void type_trace(Object *o, Visitor *visitor)
{
    Type *type = (Type *)o;
    trace_field(visitor, type->bases, "__bases__");
    trace_field(visitor, type->mro, "__mro__");
    trace_field(visitor, obj_value(type->dict), "__dict__");
    trace_field(visitor, obj_value(type->base), "__base__");
    for (uint32_t i = 0; type->extra && i < type->extra->n_linked; i++)
        trace_field(visitor, obj_value(type->extra->linked[i]), "__bases__");
    if (type->extra)
        trace_field(visitor, type->extra->slot_names, "__slots__");
}

/* Breaks the cycles a class is always in (its MRO, its methods). Bases stay: dying instances still need their layout. */
void type_clear(Object *o)
{
    Type *type = (Type *)o;
    if (!(type->flags & TYPE_HEAP))
        return;
    type_modified(type);                 /* caches borrow from the dict */
    if (type->dict)
        dict_clear(type->dict);
    set_slot(&type->mro, UNBOUND);
}

void type_dispose(Object *o)
{
    Type *type = (Type *)o;
    assert(type->flags & TYPE_HEAP);
    Type *base = type->base;
    Value bases = type->bases;
    assert(type->n_subclasses == 0);     /* each owns its bases */
    if (type->extra)
        subclass_unlink(type);
    shapes_free(type);
    heap_buf_free(type->subclasses, type->cap_subclasses * sizeof *type->subclasses);
    struct ClassExtra *x = type->extra;
    if (x) {
        heap_buf_free(x->trace, x->n_trace * sizeof *x->trace);
        heap_buf_free(x->members, x->n_members * sizeof *x->members);
        if (x->name)
            heap_buf_free(x->name, strlen(x->name) + 1);
        release(x->slot_names);
        heap_buf_free(x, sizeof *x);
    }
    type->extra = NULL;
    type->heap.name = "(dead type)";
    release_obj(type->dict);
    release(type->qualname);
    release(type->module);
    release(bases);
    release_obj(base);
}

void type_check_valid(const Type *type)
{
    if (!(type->flags & TYPE_READY) || !is_ptr(type->mro))       /* not ready yet, or dying */
        return;
    const Tuple *mro = as_tuple(type->mro);
    bool has_self = false;
    for (uint64_t i = 0; i < mro->len; i++)
        has_self |= same(mro->items[i], obj_value(type));
    assert(has_self || obj_type(&type->heap.head) != &type_type);        /* a metaclass's mro() may leave it out */
    assert(tuple_check(type->bases) && type->dict && (type->base || type == &object_type));
    assert(!type->base || type->heap.basic_size >= type->base->heap.basic_size || (type->flags & TYPE_HEAP));
    assert(type->heap.attrs_offset <= 0 || (size_t)type->heap.attrs_offset + sizeof(AttrArea) + type->heap.n_inline * sizeof(Value) <= type->heap.basic_size);
    assert(type->n_subclasses <= type->cap_subclasses && !(type->flags & TYPE_HEAP) == !(type->heap.heap_flags & HEAP_TYPE_COUNTED));
    (void)has_self;
    shapes_check_valid(type);
}

size_t type_size_of(const Object *o)
{
    const Type *type = (const Type *)o;
    size_t n = heap_type(o)->basic_size + shapes_size_bytes(type) + type->cap_subclasses * sizeof *type->subclasses;
    const struct ClassExtra *x = type->extra;
    if (x)
        n += x->n_trace * sizeof(TraceRow) + x->n_members * sizeof(Member) + x->n_linked * sizeof *x->linked + (x->name ? strlen(x->name) + 1 : 0);
    return n;
}

/* --- attributes set on a type ---------------------------------------------------------------------------------------------- */

bool type_set_own(Type *type, Value name, Value value)
{
    size_t len;
    const char *text = str_utf8_peek(name, &len);
    own Value key = !text ? ERROR : str_exact(name) ? str_intern_take(retain(name)) : str_intern_take(str_new(text, len));
    if (is_error(key))
        return false;
    own Value old = retain(dict_peek_str(type->dict, key));      /* dies after caches have forgotten it */
    if (is_unbound(value)) {
        Found found = dict_del(type->dict, key);
        if (found != FOUND) {
            if (found == ABSENT)
                attr_error(obj_value(type), name);
            return false;
        }
    } else if (!dict_set(type->dict, key, value)) {
        return false;
    }
    bool dunder = len > 4 && text[0] == '_' && text[1] == '_' && text[len - 1] == '_';
    if (!dunder && !is_ptr(old) && !is_unbound(old) && !is_ptr(value) && !is_unbound(value) && attr_note_change(key))
        return true;
    type_modified(type);
    if (dunder) {
        slots_update(type, key);
        if (same(key, N(__get__)) || same(key, N(__set__)) || same(key, N(__delete__)))
            type_modified(&object_type);         /* caches of other classes may hold its instances as plain values, or the other way round */
    }
    return true;
}

bool type_setattr(Value v, Value name, Value value)
{
    if (!attr_name_check(name))
        return false;
    Type *type = as_type(v);
    if (type->flags & TYPE_IMMUTABLE)
        return raise_false(TypeError, "cannot set '%S' attribute of immutable type '%Y'", name, type);
    own Value meta_attr = retain(type_lookup_peek(type_of(v), name));
    if (!is_unbound(meta_attr) && type_of(meta_attr)->descr_set)
        return type_of(meta_attr)->descr_set(meta_attr, v, value);
    return type_set_own(type, name, value);
}

/* --- names and text ----------------------------------------------------------------------------------------------------------- */

Value type_qualname(Type *type)
{
    return is_ptr(type->qualname) ? retain(type->qualname) : str_from(type->heap.name);
}

Value type_module(Type *type)
{
    if (type->flags & TYPE_HEAP) {
        Value v = type->dict ? dict_peek_str(type->dict, N(__module__)) : UNBOUND;
        if (!is_unbound(v))
            return retain(v);
        error_set(AttributeError, "__module__");
        return ERROR;
    }
    return str_from(type->module_name ? type->module_name : "builtins");
}

Value type_shown_name(Type *type)
{
    own Value module = type_module(type);
    if (is_error(module)) {
        if (!error_is(AttributeError))
            return ERROR;
        error_clear();
    }
    own Value name = type_qualname(type);
    if (is_error(name))
        return ERROR;
    return str_check(module) && !str_equal_c(module, "builtins") ? str_format("%S.%S", module, name) : str_from(type->heap.name);
}

Value type_repr(Value v)
{
    own Value name = type_shown_name(as_type(v));
    return is_error(name) ? ERROR : str_format("<class '%S'>", name);
}

Value (*type_alias_hook)(Value origin, Value arguments);

Value type_getitem(Value v, Value key)
{
    if (same(v, obj_value(&type_type)) && type_alias_hook)      /* type[C], although type has no such method */
        return type_alias_hook(v, key);
    if (same(v, obj_value(&type_type)) || !is_type(v))
        return raise(TypeError, "'%.200T' object is not subscriptable", v);
    Value method = UNBOUND;
    Found found = obj_find_attr(v, N(__class_getitem__), &method);
    own Value hold = method;
    if (found == FAILED)
        return ERROR;
    if (found == FOUND && !is_none(hold))
        return call1(hold, key);
    return raise(TypeError, "type '%.200s' is not subscriptable", as_type(v)->heap.name);
}

Value type_call(Value callable, const Value *args, size_t n_pos, Value kwnames)
{
    Type *type = as_type(callable);
    bool plain = !is_ptr(kwnames) || tuple_len(kwnames) == 0;
    if (type == &type_type) {
        if (n_pos == 1 && plain)
            return retain(obj_value(type_of(args[0])));
        if (n_pos != 3)
            return raise(TypeError, "type() takes 1 or 3 arguments");
    }
    if (!type->new)
        return raise(TypeError, type->module_name ? "cannot create '%s.%s' instances" : "cannot create '%s%s' instances", type->module_name ? type->module_name : "", type->heap.name);
    own Value made = type->new(type, args, n_pos, kwnames);
    if (is_error(made))
        return ERROR;
    Type *t = type_of(made);
    assert(!error_pending() && !is_stop(made));
    if (t->init && (t == type || type_is_subtype(t, type))) {
        bool nothing_to_do = t->init == object_type.init && ((n_pos == 0 && plain) || !(t->flags & TYPE_HEAP));
        if (!nothing_to_do && !t->init(made, args, n_pos, kwnames))
            return ERROR;
    }
    return give(made);
}
