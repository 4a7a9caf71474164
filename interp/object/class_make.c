/* class_make.c -- type(name, bases, namespace): classes made at run time. Declared in class.h.
 * Source: Python data model, "Customizing class creation"; PEP 487 (__set_name__, __init_subclass__), PEP 3115, PEP 560. */
#include <stdlib.h>
#include "gc/heap.h"
#include "gc/weakref.h"
#include "interp/base/unicode.h"
#include "interp/object/attr.h"
#include "interp/object/cell.h"
#include "interp/object/class.h"
#include "interp/object/descriptor.h"
#include "interp/object/exception.h"
#include "interp/object/layout.h"
#include "interp/object/list.h"
#include "interp/object/names.h"
#include "interp/object/protocol.h"
#include "interp/object/shape.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

Type *python_function_type;
Value (*class_module_hook)(void);
unsigned (*class_inline_hook)(Value namespace);

enum { DEFAULT_INLINE = 5, MOST_INLINE = 60 };       /* 5: with header and overflow pointer a 64-byte slot */

Type *class_metaclass(Type *metaclass, Value bases)
{
    assert(metaclass && tuple_check(bases));
    Type *winner = metaclass;
    for (uint64_t i = 0; i < tuple_len(bases); i++) {
        Type *theirs = type_of(tuple_peek(bases, i));
        if (type_is_subtype(winner, theirs))
            continue;
        if (!type_is_subtype(theirs, winner))
            return raise_null(TypeError, "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases");
        winner = theirs;
    }
    return winner;
}

bool class_name_check(Value name)
{
    assert(str_check(name));
    size_t len;
    char *text = str_utf8(name, &len);
    bool has_null = text && strlen(text) != len;
    free(text);
    return text && (!has_null || raise_false(ValueError, "type name must not contain null characters"));
}

/* --- __slots__ ------------------------------------------------------------------------------------------------------------- */

typedef struct SlotsPlan { bool given, dict, weak; Value names; /* tuple of mangled names, owned */ } SlotsPlan;

/* "__x" in class "_C" is "_C__x". Owned. */
static Value mangle(const char *class_name, Value name)
{
    assert(class_name && str_check(name));
    size_t len;
    const char *text = str_utf8_peek(name, &len);
    if (!text)
        return ERROR;
    while (*class_name == '_')
        class_name++;
    if (len < 2 || strncmp(text, "__", 2) != 0 || (len >= 4 && strcmp(text + len - 2, "__") == 0) || strchr(text, '.') || !*class_name)
        return str_intern_take(str_new(text, len));
    return str_intern_take(str_format("_%s%s", class_name, text));
}

static bool is_identifier(Value name)
{
    const Str *s = as_str(name);
    if (s->len == 0)
        return false;
    for (uint64_t i = 0; i < s->len; i++) {
        uint32_t c = str_char(s, i);
        if (!(i ? unicode_is_id_continue(c) : unicode_is_id_start(c)))
            return false;
    }
    return true;
}

static bool plan_one(SlotsPlan *plan, Value names, const char *class_name, const Type *base, Dict *dict, Value name)
{
    if (!str_check(name))
        return raise_false(TypeError, "__slots__ items must be strings, not '%.200T'", name);
    if (!is_identifier(name))
        return raise_false(TypeError, "__slots__ must be identifiers");
    if (str_equal_c(name, "__dict__")) {
        if ((base->flags & TYPE_HAS_DICT) || plan->dict)
            return raise_false(TypeError, "__dict__ slot disallowed: we already got one");
        plan->dict = true;
        return true;
    }
    if (str_equal_c(name, "__weakref__")) {
        if ((base->flags & TYPE_WEAK) || plan->weak || ((base->heap.heap_flags & HEAP_TYPE_VAR) && !(base->flags & TYPE_IS_STR)))
            return raise_false(TypeError, "__weakref__ slot disallowed: either we already got one, or __itemsize__ != 0");
        plan->weak = true;
        return true;
    }
    own Value mangled = mangle(class_name, name);
    if (is_error(mangled))
        return false;
    if (!is_unbound(dict_peek_str(dict, mangled)) && !str_equal_c(mangled, "__qualname__") && !str_equal_c(mangled, "__classcell__"))
        return raise_false(ValueError, "%R in __slots__ conflicts with class variable", name);
    return list_append(names, mangled);
}

static bool plan_slots(SlotsPlan *plan, const char *class_name, const Type *base, Value bases, Dict *dict)
{
    assert(tuple_check(bases) && (base->flags & TYPE_READY) && !error_pending());
    bool base_var = base->heap.heap_flags & HEAP_TYPE_VAR, no_weak = base_var && !(base->flags & TYPE_IS_STR);
    own Value slots = retain(dict_peek_str(dict, N(__slots__)));
    plan->given = !is_unbound(slots);
    if (!plan->given) {
        plan->dict = !(base->flags & TYPE_HAS_DICT);
        plan->weak = !(base->flags & TYPE_WEAK) && !no_weak;
        plan->names = retain(tuple_empty);
        return true;
    }
    own Value given = str_check(slots) ? tuple_of1(slots) : tuple_from_iterable(slots);
    own Value names = list_new(4);
    if (is_error(given) || is_error(names))
        return false;
    bool in_area = base_var && (base->flags & TYPE_IS_STR);       /* characters have no fixed end: the slots of a str are attributes, beside a __dict__ */
    if (tuple_len(given) && !in_area && (base_var || (base->flags & TYPE_IS_TYPE)))
        return raise_false(TypeError, "nonempty __slots__ not supported for subtype of '%.200s'", base->heap.name);
    for (uint64_t i = 0; i < tuple_len(given); i++)
        if (!plan_one(plan, names, class_name, base, dict, tuple_peek(given, i)))
            return false;
    if (!list_sort(names, NONE, false))
        return false;
    for (uint64_t i = 0; i < tuple_len(bases); i++) {        /* what a further base's instances have, ours have */
        const Type *other = as_type(tuple_peek(bases, i));
        if (other == base)
            continue;
        plan->dict |= (other->flags & TYPE_HAS_DICT) && !(base->flags & TYPE_HAS_DICT);
        plan->weak |= (other->flags & TYPE_WEAK) && !(base->flags & TYPE_WEAK) && !no_weak;
    }
    plan->dict |= in_area && list_len(names) > 0 && !(base->flags & TYPE_HAS_DICT);
    plan->names = in_area ? retain(tuple_empty) : list_to_tuple(names);
    return !is_error(plan->names);
}

/* --- the dict ----------------------------------------------------------------------------------------------------------------- */

static bool wrap_function(Dict *dict, Value name, Value (*wrap)(Value))
{
    Value fn = dict_peek_str(dict, name);
    if (is_unbound(fn) || !python_function_type || type_of(fn) != python_function_type)
        return true;
    own Value wrapped = wrap(fn);
    return !is_error(wrapped) && dict_set(dict, name, wrapped);
}

static bool fill_names(Type *type, Dict *dict, Value name)
{
    own Value qualname = retain(dict_peek_str(dict, N(__qualname__)));
    if (!is_unbound(qualname)) {
        if (!str_check(qualname))
            return raise_false(TypeError, "type __qualname__ must be a str, not %T", qualname);
        if (dict_del(dict, N(__qualname__)) == FAILED)
            return false;
    }
    set_slot(&type->qualname, retain(is_unbound(qualname) ? name : qualname));
    if (is_unbound(dict_peek_str(dict, N(__module__))) && class_module_hook) {
        own Value module = class_module_hook();
        if (is_error(module) || (!is_unbound(module) && !dict_set(dict, N(__module__), module)))
            return false;
    }
    if (is_unbound(dict_peek_str(dict, N(__doc__))) && !dict_set(dict, N(__doc__), NONE))
        return false;
    if (!is_unbound(dict_peek_str(dict, N(__eq__))) && is_unbound(dict_peek_str(dict, N(__hash__))) && !dict_set(dict, N(__hash__), NONE))
        return false;
    return wrap_function(dict, N(__new__), staticmethod_new) && wrap_function(dict, N(__init_subclass__), classmethod_new) &&
           wrap_function(dict, N(__class_getitem__), classmethod_new);
}

static bool fill_cell(Type *type, Dict *dict)
{
    own Value cell = retain(dict_peek_str(dict, N(__classcell__)));
    if (is_unbound(cell))
        return true;
    if (!cell_check(cell))
        return raise_false(TypeError, "__classcell__ must be a nonlocal cell, not <class '%T'>", cell);
    set_slot(&as_cell(cell)->value, retain(obj_value(type)));
    return dict_del(dict, N(__classcell__)) != FAILED;
}

/* Entries with str keys get interned keys; others stay as they are. */
static Value copy_namespace(Value namespace)
{
    assert(dict_check(namespace));
    own Value copy = dict_new_sized(dict_len(as_dict(namespace)) + 4);
    if (is_error(copy))
        return ERROR;
    uint64_t position = 0;
    Value key, value;
    while (dict_next(as_dict(namespace), &position, &key, &value)) {
        own Value k = str_exact(key) ? str_intern_take(retain(key)) : retain(key);
        own Value v = retain(value);
        if (is_error(k) || !dict_set(as_dict(copy), k, v))
            return ERROR;
    }
    as_dict(copy)->flags |= DICT_CLASS;
    return give(copy);
}

/* What the built-in base itself says about __dict__ (types, modules: read-only); UNBOUND: nothing. Borrowed. */
static Value built_in_dict_descriptor(Value self)
{
    Type *t = type_of(self);
    while ((t->flags & TYPE_HEAP) && t->base)
        t = t->base;
    Value found = t->flags & TYPE_HAS_DICT ? type_lookup_peek(t, N(__dict__)) : UNBOUND;
    return is_exact(found, &getset_descriptor_type) ? found : UNBOUND;
}

static Value dict_row_get(Value self)
{
    Value theirs = built_in_dict_descriptor(self);
    return is_unbound(theirs) ? instance_dict_get(self) : getset_descriptor_type.descr_get(theirs, self, UNBOUND);
}

static bool dict_row_put(Value self, Value value)
{
    Value theirs = built_in_dict_descriptor(self);
    if (!is_unbound(theirs))
        return getset_descriptor_type.descr_set(theirs, self, value);
    own Value dict = is_unbound(value) ? dict_new() : retain(value);
    return !is_error(dict) && instance_dict_put(self, dict);
}

static const GetSet dict_row = { "__dict__", dict_row_get, dict_row_put, "dictionary for instance variables (if defined)" };
static Value first_weakref(Value self)
{
    assert(type_of(self)->flags & TYPE_WEAK);
    WeakRef *first = weakref_first_peek(as_obj(self));
    while (first && first->head.refcount == 0)       /* on its way out */
        first = first->next;
    return first ? retain(obj_value(first)) : NONE;
}
static const GetSet weakref_row = { "__weakref__", first_weakref, NULL, "list of weak references to the object (if defined)" };

static bool add_getset(Type *type, Dict *dict, Value name, const GetSet *row)
{
    own Value made = getset_new(row, type);
    return !is_error(made) && dict_set(dict, name, made);
}

static bool add_members(Type *type, Dict *dict)
{
    struct ClassExtra *x = type->extra;
    for (uint32_t i = 0; i < x->n_members; i++) {
        Value name = tuple_peek(x->slot_names, i);
        own Value made = member_new(&x->members[i], name, type);
        if (is_error(made) || !dict_set(dict, name, made))
            return false;
    }
    return true;
}

/* --- the class object ------------------------------------------------------------------------------------------------------------ */

static void class_clear(Object *o);

static Type *allocate(Type *metaclass, Type *base, Value bases, Value name, Value dict)
{
    assert(dict_exact(dict) && tuple_len(bases) > 0 && (base->flags & TYPE_BASE));
    size_t len;
    const char *text = str_utf8_peek(name, &len);
    if (!text)
        return NULL;
    Value made = instance_new(metaclass);
    if (is_error(made))
        return NULL;
    Type *type = as_type(made);
    type->bases = type->mro = type->qualname = type->module = UNBOUND;
    type->heap.name = "?";
    type->flags = TYPE_HEAP | TYPE_READY | TYPE_BASE | (base->flags & (TYPE_INHERITED | TYPE_HAS_DICT | TYPE_WEAK));
    type->shape.type = &type->heap;
    type->base = retain_obj(base);
    type->bases = retain(bases);
    type->dict = retain_obj(as_obj(dict));
    type->dict_offset = base->dict_offset;
    struct ClassExtra *x = type_extra(type);
    if (!x || !(x->name = heap_buf(len + 1))) {
        if (!error_pending())
            error_set_memory();
        release(made);
        return NULL;
    }
    memcpy(x->name, text, len + 1);
    type->heap.name = x->name;
    return type;
}

/* Slots inside the instance: what the base has, and what this class's methods are seen to assign. */
static unsigned wanted_inline(const Type *base, Value dict)
{
    unsigned own_names = class_inline_hook ? class_inline_hook(dict) : 0, n = base->heap.n_inline + own_names;
    if (n == 0 && base == &object_type)
        n = DEFAULT_INLINE;
    size_t end = sizeof(AttrArea) + n * sizeof(Value) + (base->heap.attrs_offset > 0 ? (size_t)base->heap.attrs_offset : base->heap.basic_size);
    if (n && end % 16)
        n++;                             /* slots of the heap are multiples of 16 bytes */
    return n < MOST_INLINE ? n : MOST_INLINE;
}

/* Everything between allocation and the hooks of user code. */
static bool build(Type *type, Value bases, Value name, SlotsPlan *plan)
{
    Dict *dict = type->dict;
    struct ClassExtra *x = type->extra;
    assert(x && dict && tuple_check(plan->names) && !error_pending());
    set_slot(&x->slot_names, retain(plan->names));
    if (!fill_names(type, dict, name) || !fill_cell(type, dict) ||
        !layout_place(type, type->base, x->slot_names, plan->dict,
                      plan->dict || type->base->heap.attrs_offset > 0 ? wanted_inline(type->base, obj_value(dict)) : 0))
        return false;
    if (plan->dict)
        type->flags |= TYPE_HAS_DICT;
    if (plan->weak)
        type->flags |= TYPE_WEAK;
    type->flags &= ~(uint32_t)(TYPE_SEQUENCE | TYPE_MAPPING);         /* the first base that is either decides, not the one that gives the layout */
    for (uint64_t i = 0; i < tuple_len(bases); i++) {        /* flags may come through any base */
        const Type *from = as_type(tuple_peek(bases, i));
        if (!(type->flags & (TYPE_SEQUENCE | TYPE_MAPPING)))
            type->flags |= from->flags & (TYPE_SEQUENCE | TYPE_MAPPING);
        type->flags |= from->flags & TYPE_INHERITED & ~(uint32_t)(TYPE_SEQUENCE | TYPE_MAPPING | TYPE_METHOD_DESCR);
    }
    if (!add_members(type, dict) || (plan->dict && !add_getset(type, dict, N(__dict__), &dict_row)) ||
        (plan->weak && !add_getset(type, dict, N(__weakref__), &weakref_row)))
        return false;
    type->flags &= ~(uint32_t)TYPE_METHOD_DESCR;
    type->shape.version = shape_new_version();
    Value mro = mro_compute(type, bases);
    if (is_error(mro))
        return false;
    set_slot(&type->mro, mro);
    slots_fill(type);
    if (type->heap.clear && !(type->flags & TYPE_IS_TYPE))
        type->heap.clear = class_clear;
    if (!subclass_link(type, bases))
        return false;
    type_modified(type);
    return true;
}

/* Instances of a class whose built-in base clears itself by a function: that, then the fields the classes above it added. */
static void class_clear(Object *o)
{
    const Type *built_in = obj_type(o);
    while (built_in->heap.clear == class_clear)
        built_in = built_in->base;
    assert(built_in && !(built_in->flags & TYPE_HEAP));
    if (built_in->heap.clear)
        built_in->heap.clear(o);
    const TraceRow *row = obj_type(o)->heap.trace;
    for (row += layout_trace_rows(built_in->heap.trace); row->kind != TRACE_END; row++) {
        if (row->kind == TRACE_VALUE) {
            set_slot((Value *)((char *)o + row->offset), UNBOUND);
        } else if (row->kind == TRACE_ATTRS) {
            object_clear_attrs(o);
        }
    }
}

/* --- hooks of user code -------------------------------------------------------------------------------------------------------------- */

static bool set_name_failed(Value attribute, Value name, Type *type)
{
    assert(error_pending());
    own Value cause = exception_take();
    error_set(RuntimeError, "Error calling __set_name__ on '%.100T' instance %R in '%.100s'", attribute, name, type->heap.name);
    own Value raised = exception_take();
    ExceptionObject *e = as_exception(raised);
    set_slot(&e->cause, retain(cause));
    set_slot(&e->context, retain(cause));
    e->suppress_context = true;
    exception_raise_take(give(raised));
    return false;
}

static bool call_set_names(Type *type)
{
    own Value names = dict_copy(type->dict);
    if (is_error(names))
        return false;
    uint64_t position = 0;
    Value key, value;
    while (dict_next(as_dict(names), &position, &key, &value)) {
        Value method = type_lookup_peek(type_of(value), N(__set_name__));
        if (is_unbound(method))
            continue;
        own Value r = call_unbound(method, value, (Value[]){ obj_value(type), key }, 2, NONE);
        if (is_error(r))
            return set_name_failed(value, key, type);
    }
    return true;
}

/* super(type, type).__init_subclass__(**kwargs) */
static bool call_init_subclass(Type *type, const Value *kw_values, Value kwnames)
{
    assert(tuple_check(type->mro));
    own Value order = retain(type->mro);
    const Tuple *mro = as_tuple(order);
    uint64_t i = 0;
    while (i < mro->len && !same(mro->items[i], obj_value(type)))
        i++;
    if (i == mro->len && obj_type(&type->heap.head) != type)
        return raise_false(TypeError, "super(type, obj): obj must be an instance or subtype of type");
    for (i++; i < mro->len; i++) {
        Type *from = as_type(mro->items[i]);
        Value hook = from->dict ? dict_peek_str(from->dict, N(__init_subclass__)) : UNBOUND;
        if (is_unbound(hook))
            continue;
        own Value hold = retain(hook);
        const Type *t = type_of(hold);
        own Value bound = t->descr_get ? t->descr_get(hold, UNBOUND, obj_value(type)) : retain(hold);
        own Value r = is_error(bound) ? ERROR : call_kw(bound, kw_values, 0, kwnames);
        return !is_error(r);
    }
    return true;
}

Value class_new(Type *metaclass, Value name, Value bases, Value namespace, const Value *kw_values, Value kwnames)
{
    assert(str_check(name) && tuple_check(bases) && dict_check(namespace) && !error_pending());
    if (!class_name_check(name))
        return ERROR;
    own Value all_bases = tuple_len(bases) ? retain(bases) : tuple_of1(obj_value(&object_type));
    if (is_error(all_bases))
        return ERROR;
    Type *base = layout_best_base(all_bases);
    own Value dict = base ? copy_namespace(namespace) : ERROR;
    if (is_error(dict))
        return ERROR;
    SlotsPlan plan = { .names = UNBOUND };
    const char *text = str_utf8_peek(name, NULL);
    bool planned = text && plan_slots(&plan, text, base, all_bases, as_dict(dict));
    own Value names = plan.names;
    Type *type = planned ? allocate(metaclass, base, all_bases, name, dict) : NULL;
    if (!type)
        return ERROR;
    own Value made = obj_value(type);
    if (!build(type, all_bases, name, &plan) || !call_set_names(type) || !call_init_subclass(type, kw_values, kwnames))
        return ERROR;
    return give(made);
}

/* --- type.__new__, type.__init__ -------------------------------------------------------------------------------------------------------- */

Value type_new(Type *metatype, const Value *args, size_t n_pos, Value kwnames)
{
    if (n_pos != 3)
        return raise(TypeError, "type.__new__() takes exactly 3 arguments (%zu given)", n_pos);
    Value name = args[0], bases = args[1], namespace = args[2];
    if (!str_check(name))
        return raise(TypeError, "type.__new__() argument 1 must be str, not %W", name);
    if (!tuple_check(bases))
        return raise(TypeError, "type.__new__() argument 2 must be tuple, not %W", bases);
    if (!dict_check(namespace))
        return raise(TypeError, "type.__new__() argument 3 must be dict, not %W", namespace);
    for (uint64_t i = 0; i < tuple_len(bases); i++) {
        Value base = tuple_peek(bases, i);
        if (is_type(base))
            continue;
        own Value hook = UNBOUND;
        Found found = obj_find_attr(base, N(__mro_entries__), &hook);
        if (found == FAILED)
            return ERROR;
        if (found == FOUND)
            return raise(TypeError, "type() doesn't support MRO entry resolution; use types.new_class()");
    }
    Type *winner = class_metaclass(metatype, bases);
    if (!winner)
        return ERROR;
    if (winner != metatype && winner->new != type_new)
        return winner->new(winner, args, n_pos, kwnames);
    return class_new(winner, name, bases, namespace, args + n_pos, kwnames);
}

bool type_init(Value self, const Value *args, size_t n_pos, Value kwnames)
{
    if (is_ptr(kwnames) && tuple_len(kwnames) && n_pos == 1)
        return raise_false(TypeError, "type.__init__() takes no keyword arguments");
    if (n_pos != 1 && n_pos != 3)
        return raise_false(TypeError, "type.__init__() takes 1 or 3 arguments");
    return true;
}
