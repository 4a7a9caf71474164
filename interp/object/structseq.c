/* structseq.c -- tuples with named fields that native modules return: os.stat_result, time.struct_time. Declared in class.h.
 * The type is a class made at run time, a subclass of tuple. An instance is a tuple of the visible fields; the hidden ones are in the
 * attribute area under their names. */
#include <stdlib.h>
#include "gc/check.h"
#include "gc/heap.h"
#include "interp/object/attr.h"
#include "interp/object/class.h"
#include "interp/object/descriptor.h"
#include "interp/object/int.h"
#include "interp/object/list.h"
#include "interp/object/names.h"
#include "interp/object/native.h"
#include "interp/object/protocol.h"
#include "interp/object/shape.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

static Value struct_fields = UNBOUND_INIT, sequence_fields = UNBOUND_INIT;     /* names, interned by the first structseq_new_type */

static bool names_ready(void)
{
    return (!is_unbound(struct_fields) || keep_take(&struct_fields, str_intern("__struct_fields__"), "struct sequences")) &&
           (!is_unbound(sequence_fields) || keep_take(&sequence_fields, str_intern("n_sequence_fields"), "struct sequences"));
}

static Value field_names(Type *type)
{
    for (Type *t = type; t; t = t->base) {
        Value v = t->dict ? dict_peek_str(t->dict, struct_fields) : UNBOUND;
        if (!is_unbound(v))
            return v;
    }
    return UNBOUND;
}

static int64_t visible(Type *type)
{
    Value v = type_lookup_peek(type, sequence_fields);
    return is_int(v) ? small_int(v) : 0;
}

static Value get_field(Value self, uint64_t i)
{
    Type *type = type_of(self);
    assert(i < tuple_len(field_names(type)));
    if (i < tuple_len(self))
        return retain(tuple_peek(self, i));
    Value value;
    Found found = instance_find(as_obj(self), tuple_peek(field_names(type), i), &value);
    return found == FOUND ? value : found == ABSENT ? NONE : ERROR;
}

#define GETTER(i) static Value field_##i(Value self) { return get_field(self, i); }
GETTER(0) GETTER(1) GETTER(2) GETTER(3) GETTER(4) GETTER(5) GETTER(6) GETTER(7) GETTER(8) GETTER(9) GETTER(10) GETTER(11)
GETTER(12) GETTER(13) GETTER(14) GETTER(15) GETTER(16) GETTER(17) GETTER(18) GETTER(19) GETTER(20) GETTER(21) GETTER(22) GETTER(23)
static Value (*const getters[])(Value) = { field_0, field_1, field_2, field_3, field_4, field_5, field_6, field_7, field_8, field_9, field_10, field_11,
                                            field_12, field_13, field_14, field_15, field_16, field_17, field_18, field_19, field_20, field_21, field_22, field_23 };
enum { MAX_FIELDS = sizeof getters / sizeof *getters };

static Value fill(Type *type, const Value *values, uint64_t n)
{
    int64_t n_visible = visible(type);
    Value names = field_names(type);
    assert((int64_t)n >= n_visible && n <= tuple_len(names));
    Tuple *t = tuple_alloc_type(type, (uint64_t)n_visible);
    if (!t)
        return ERROR;
    own Value made = obj_value(t);
    for (int64_t i = 0; i < n_visible; i++)
        t->items[i] = retain(values[i]);
    for (uint64_t i = (uint64_t)n_visible; i < n; i++)
        if (!instance_set(&t->head, tuple_peek(names, i), values[i]))
            return ERROR;
    return give(made);
}

Value structseq_new_take(Value type, Value *values, unsigned n)
{
    bool good = true;
    for (unsigned i = 0; i < n; i++)
        good &= !is_error(values[i]);
    Value made = good ? fill(as_type(type), values, n) : ERROR;
    for (unsigned i = 0; i < n; i++)
        release(values[i]);
    return made;
}

static Value make(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    Value v[2];
    if (!bind_arguments(type->heap.name, "(sequence, dict=None)", args, n_pos, kwnames, v, NULL))
        return ERROR;
    own Value items = tuple_from_iterable(v[0]);
    if (is_error(items)) {
        if (error_is(TypeError))
            error_set(TypeError, "constructor requires a sequence");
        return ERROR;
    }
    uint64_t least = (uint64_t)visible(type), most = tuple_len(field_names(type)), n = tuple_len(items);
    if (n < least || n > most)
        return raise(TypeError, "%.500s() takes a%s %zu-sequence (%zu-sequence given)", type->heap.name,
                     least == most ? "" : n < least ? "n at least" : "n at most", (size_t)(n < least ? least : most), (size_t)n);
    own Value made = fill(type, as_tuple(items)->items, n);
    if (is_error(made) || is_unbound(v[1]) || is_none(v[1]))
        return give(made);
    if (!dict_check(v[1]))
        return raise(TypeError, "%.500s() takes a dict as second arg, if any", type->heap.name);
    for (uint64_t i = n; i < most; i++) {
        Value given = dict_peek_str(as_dict(v[1]), tuple_peek(field_names(type), i));
        if (!is_unbound(given) && !instance_set(as_obj(made), tuple_peek(field_names(type), i), given))
            return ERROR;
    }
    return give(made);
}

static Value repr(Value self)
{
    Type *type = type_of(self);
    Value names = field_names(type);
    own Value module = type_module(type);
    StrBuilder out = { 0 };
    bool good = !is_error(module) && (!str_check(module) || (str_builder_str(&out, module) && str_builder_char(&out, '.'))) &&
                str_builder_utf8(&out, type->heap.name, strlen(type->heap.name)) && str_builder_char(&out, '(');
    for (uint64_t i = 0; good && i < tuple_len(self); i++) {
        own Value text = obj_repr(tuple_peek(self, i));
        Value name = tuple_peek(names, i);   /* unnamed fields are shown as what they stand for */
        good = !is_error(text) && (i == 0 || str_builder_ascii(&out, ", ", 2)) && str_builder_slice(&out, name, str_char(as_str(name), 0) == '_', str_len(name)) &&
               str_builder_char(&out, '=') && str_builder_str(&out, text);
    }
    return str_builder_end(&out, good && str_builder_char(&out, ')'));
}

static Value reduce(Value *args, size_t n)
{
    Value self = args[0];
    Value names = field_names(type_of(self));
    own Value dict = dict_new();
    own Value items = tuple_from(as_tuple(self)->items, tuple_len(self));
    for (uint64_t i = tuple_len(self); !is_error(dict) && i < tuple_len(names); i++) {
        own Value v = get_field(self, i);
        if (is_error(v) || !dict_set(as_dict(dict), tuple_peek(names, i), v))
            return ERROR;
    }
    own Value pair = is_error(dict) || is_error(items) ? ERROR : tuple_of2(items, dict);
    return is_error(pair) ? ERROR : tuple_of2(obj_value(type_of(self)), pair);
}

static const Method reduce_row = { "__reduce__", "(self, /)", reduce, NULL };

static bool add(Type *type, const char *name, Value made)
{
    own Value v = made, key = str_intern(name);
    return !is_error(v) && !is_error(key) && dict_set(type->dict, key, v);
}

/* The modules keep these types in C variables, for ever: they are roots. */
static struct { Type **at; size_t n, cap; } kept;

static void visit_kept(Visitor *visitor)
{
    for (size_t i = 0; i < kept.n; i++) {
        Edge edge = { .kind = TRACE_VALUE, .name = kept.at[i]->heap.name };
        visitor->visit(visitor, &kept.at[i]->heap.head, &edge);
    }
}

static bool keep(Type *type)
{
    if (kept.n == kept.cap) {
        size_t cap = kept.cap ? kept.cap * 2 : 32;
        Type **at = realloc(kept.at, cap * sizeof *at);
        if (!at)
            return raise_memory_false();
        if (!kept.at)
            heap_add_roots("struct sequences", visit_kept);
        kept.at = at;
        kept.cap = cap;
    }
    kept.at[kept.n++] = retain_obj(type);
    return true;
}

Value structseq_new_type(const char *qualified_name, const char *doc, const StructField *fields, unsigned n_visible)
{
    const char *dot = strrchr(qualified_name, '.'), *short_name = dot ? dot + 1 : qualified_name;
    unsigned n = 0;
    own Value names = list_new(16);
    if (is_error(names) || !names_ready())
        return ERROR;
    for (; fields[n].name; n++) {
        if (!list_append_take(names, str_intern(fields[n].name)))
            return ERROR;
    }
    assert(n <= MAX_FIELDS && n_visible <= n);
    own Value name = str_from(short_name), bases = tuple_of1(obj_value(&tuple_type)), namespace = dict_new(), all = is_error(names) ? ERROR : list_to_tuple(names);
    own Value module = dot ? str_new(qualified_name, (size_t)(dot - qualified_name)) : str_from("builtins");
    if (is_error(name) || is_error(bases) || is_error(namespace) || is_error(all) || is_error(module))
        return ERROR;
    if (!dict_set(as_dict(namespace), N(__module__), module) ||
        (n == n_visible && !dict_set(as_dict(namespace), N(__slots__), tuple_empty)))
        return ERROR;
    own Value made = class_new(&type_type, name, bases, namespace, NULL, NONE);
    if (is_error(made))
        return ERROR;
    Type *type = as_type(made);
    if (dict_del(type->dict, N(__slots__)) == FAILED || (n != n_visible && dict_del(type->dict, N(__dict__)) == FAILED))
        return ERROR;
    unsigned unnamed = 0;
    for (unsigned i = 0; i < n; i++) {
        if (fields[i].name[0] == '_') {          /* an unnamed field: only its index */
            unnamed++;
            continue;
        }
        GetSet *row = heap_buf(sizeof *row);
        if (!row)
            return raise_memory();
        *row = (GetSet){ fields[i].name, getters[i], NULL, fields[i].doc };      /* lives as long as the module: for ever */
        if (!add(type, fields[i].name, getset_new(row, type)))
            return ERROR;
    }
    own Value match = list_new(n_visible);
    for (unsigned i = 0; !is_error(match) && i < n_visible; i++)
        if (fields[i].name[0] != '_' && !list_append(match, tuple_peek(all, i)))
            return ERROR;
    if (is_error(match) || !add(type, "__match_args__", list_to_tuple(match)) || !add(type, "n_sequence_fields", int_value(n_visible)) ||
        !add(type, "n_fields", int_value(n)) || !add(type, "n_unnamed_fields", int_value(unnamed)) || !add(type, "__struct_fields__", give(all)) ||
        !add(type, "__doc__", doc ? str_from(doc) : NONE) || !add(type, "__reduce__", native_new(&reduce_row, UNBOUND, NONE, type)))
        return ERROR;
    type->new = make;
    type->repr = repr;
    type->flags |= TYPE_IMMUTABLE;
    type->flags &= ~(uint32_t)TYPE_BASE;
    type_modified(type);
    return keep(type) ? give(made) : ERROR;
}

bool structseq_ready(Value *slot, const char *qualified_name, const char *doc, const StructField *fields, unsigned n_visible)
{
    return !is_unbound(*slot) || keep_take(slot, structseq_new_type(qualified_name, doc, fields, n_visible), qualified_name);
}
