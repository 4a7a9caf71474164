/* gc_types.h -- tiny types for the tests and benchmarks of gc/: one for each way of holding references. */
#ifndef TESTS_GC_TYPES_H
#define TESTS_GC_TYPES_H
#include "gc/collect.h"
#include "gc/heap.h"
#include "gc/weakref.h"

static HeapType meta_type = { .head = { STATIC_REFCOUNT, BIRTH_STATIC, NULL }, .name = "type", .basic_size = sizeof(HeapType) };
static Shape meta_shape = { .type = &meta_type };
#define TEST_TYPE(...) { .head = STATIC_OBJECT(&meta_shape), __VA_ARGS__ }

/* Atom: 16 bytes of text. */
typedef struct Atom { Object head; char text[16]; } Atom;
static HeapType atom_type = TEST_TYPE(.name = "atom", .basic_size = sizeof(Atom));
static Shape atom_shape = { .type = &atom_type };

/* Pair: two values. */
typedef struct Pair { Object head; Value left, right; } Pair;
static const TraceRow pair_rows[] = {
    { TRACE_VALUE, offsetof(Pair, left), 0, "left" }, { TRACE_VALUE, offsetof(Pair, right), 0, "right" }, { TRACE_END, 0, 0, NULL },
};
static HeapType pair_type = TEST_TYPE(.name = "pair", .basic_size = sizeof(Pair), .trace = pair_rows);
static Shape pair_shape = { .type = &pair_type };

/* List: a vector. */
typedef struct List { Object head; uint64_t n; Value *items; uint64_t cap; } List;
static const TraceRow list_rows[] = { { TRACE_VECTOR, offsetof(List, items), offsetof(List, n), "list" }, { TRACE_END, 0, 0, NULL } };
static inline void list_dispose(Object *o)
{
    List *l = (List *)o;
    heap_buf_free(l->items, l->cap * sizeof(Value));
}
static inline size_t list_size_of(const Object *o) { return sizeof(List) + ((const List *)o)->cap * sizeof(Value); }
static HeapType list_type = TEST_TYPE(.name = "list", .basic_size = sizeof(List), .trace = list_rows, .dispose = list_dispose, .size_of = list_size_of);
static Shape list_shape = { .type = &list_type };

/* Tuple: a tail. */
typedef struct Tuple { Object head; uint64_t n; Value items[]; } Tuple;
static const TraceRow tuple_rows[] = { { TRACE_TAIL, offsetof(Tuple, items), offsetof(Tuple, n), "tuple" }, { TRACE_END, 0, 0, NULL } };
static HeapType tuple_type = TEST_TYPE(.name = "tuple", .basic_size = sizeof(Tuple), .heap_flags = HEAP_TYPE_UNTRACK_YOUNG | HEAP_TYPE_VAR,
                                       .trace = tuple_rows);
static Shape tuple_shape = { .type = &tuple_type };

/* Dict: a table without an index. */
typedef struct Dict { Object head; uint64_t n; TableEntry *entries; uint64_t cap; } Dict;
static const TraceRow dict_rows[] = { { TRACE_TABLE, offsetof(Dict, entries), offsetof(Dict, n), "dict" }, { TRACE_END, 0, 0, NULL } };
static inline void dict_dispose(Object *o)
{
    Dict *d = (Dict *)o;
    heap_buf_free(d->entries, d->cap * sizeof(TableEntry));
}
static inline size_t dict_size_of(const Object *o) { return sizeof(Dict) + ((const Dict *)o)->cap * sizeof(TableEntry); }
static HeapType dict_type = TEST_TYPE(.name = "dict", .basic_size = sizeof(Dict), .heap_flags = HEAP_TYPE_UNTRACKED | HEAP_TYPE_UNTRACK_FULL,
                                      .trace = dict_rows, .dispose = dict_dispose, .size_of = dict_size_of);
static Shape dict_shape = { .type = &dict_type };

/* Inst: attributes x, y inline, z in the overflow; its type is counted. A finaliser that a test can set. */
typedef struct Inst { Object head; AttrArea attrs; } Inst;
static const TraceRow inst_rows[] = { { TRACE_ATTRS, offsetof(Inst, attrs), 0, "attr" }, { TRACE_END, 0, 0, NULL } };
static inline void inst_dispose(Object *o)
{
    Inst *i = (Inst *)o;
    if (!(o->shape->flags & SHAPE_DICT_MODE))
        heap_buf_free(i->attrs.more, attrs_more_cap(o->shape->n_attrs, o->shape->type->n_inline) * sizeof(Value));
}
static HeapType inst_type = TEST_TYPE(.name = "inst", .basic_size = sizeof(Inst) + 2 * sizeof(Value), .n_inline = 2,
                                      .attrs_offset = offsetof(Inst, attrs), .heap_flags = HEAP_TYPE_COUNTED, .trace = inst_rows,
                                      .dispose = inst_dispose);
static Shape inst_shape = { .type = &inst_type, .n_attrs = 3 };

/* Weak: a weak reference. */
static const TraceRow weak_rows[] = { { TRACE_VALUE, offsetof(WeakRef, callback), 0, "callback" }, { TRACE_END, 0, 0, NULL } };
static inline void weak_dispose(Object *o) { weakref_detach((WeakRef *)o); }
static HeapType weak_type = TEST_TYPE(.name = "weakref", .basic_size = sizeof(WeakRef), .trace = weak_rows, .dispose = weak_dispose);
static Shape weak_shape = { .type = &weak_type };

static inline Value atom_new(void)
{
    Atom *a = heap_new_zeroed(&atom_shape, sizeof(Atom));
    return a ? obj_value(a) : ERROR;
}
static inline Value pair_new_take(Value left, Value right)
{
    Pair *p = heap_new(&pair_shape, sizeof(Pair));
    if (!p)
        return release(left), release(right), ERROR;
    p->left = left;
    p->right = right;
    return obj_value(p);
}
static inline Pair *as_pair(Value v) { return (Pair *)as_obj(v); }

static inline Value list_new(void)
{
    List *l = heap_new_zeroed(&list_shape, sizeof(List));
    return l ? obj_value(l) : ERROR;
}
static inline List *as_list(Value v) { return (List *)as_obj(v); }
static inline bool list_append_take(Value list, Value item)
{
    List *l = as_list(list);
    if (l->n == l->cap) {
        uint64_t cap = l->cap ? l->cap * 2 : 4;
        Value *items = heap_buf_realloc(l->items, l->cap * sizeof(Value), cap * sizeof(Value));
        if (!items)
            return release(item), false;
        l->items = items;
        l->cap = cap;
    }
    l->items[l->n++] = item;
    return true;
}
static inline Value tuple_new(uint64_t n)
{
    Tuple *t = heap_new(&tuple_shape, sizeof(Tuple) + n * sizeof(Value));
    if (!t)
        return ERROR;
    t->n = n;
    for (uint64_t i = 0; i < n; i++)
        t->items[i] = NONE;
    return obj_value(t);
}
static inline Tuple *as_tuple(Value v) { return (Tuple *)as_obj(v); }
static inline Value dict_new(void)
{
    Dict *d = heap_new_zeroed(&dict_shape, sizeof(Dict));
    return d ? obj_value(d) : ERROR;
}
static inline Dict *as_dict(Value v) { return (Dict *)as_obj(v); }
/* Appends: keys are the caller's care. */
static inline bool dict_add_take(Value dict, Value key, Value value)
{
    Dict *d = as_dict(dict);
    if (d->n == d->cap) {
        uint64_t cap = d->cap ? d->cap * 2 : 2;
        TableEntry *entries = heap_buf_realloc(d->entries, d->cap * sizeof *entries, cap * sizeof *entries);
        if (!entries)
            return release(key), release(value), false;
        d->entries = entries;
        d->cap = cap;
    }
    d->entries[d->n++] = (TableEntry){ 0, key, value };
    track_for(d, key);
    track_for(d, value);
    return true;
}
static inline Value inst_new(void)
{
    Inst *i = heap_new(&inst_shape, inst_type.basic_size);
    if (!i)
        return ERROR;
    attrs_init(&i->attrs, &inst_type);
    Value *more = heap_buf(attrs_more_cap(3, 2) * sizeof(Value));
    if (!more)
        return heap_free_unused(i), ERROR;
    more[0] = UNBOUND;
    i->attrs.more = more;
    return obj_value(i);
}
static inline Inst *as_inst(Value v) { return (Inst *)as_obj(v); }
static inline WeakRef *weak_new(Value referent, Value callback)
{
    WeakRef *w = heap_new(&weak_shape, sizeof(WeakRef));
    if (!w)
        return NULL;
    w->referent = NULL;
    w->next = w->prev = NULL;
    w->callback = retain(callback);
    w->hash = -1;
    if (!weakref_attach(w, as_obj(referent)))
        return release_obj(w), NULL;
    return w;
}

/* The tests' roots: a small array. */
enum { N_TEST_ROOTS = 16 };
static Value test_roots[N_TEST_ROOTS];
static const char *const test_root_names[N_TEST_ROOTS] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p" };
static inline void visit_test_roots(Visitor *v)
{
    for (int i = 0; i < N_TEST_ROOTS; i++) {
        Edge edge = { TRACE_VALUE, test_root_names[i], 0, UNBOUND };
        if (is_ptr(test_roots[i]) && test_roots[i].bits)
            v->visit(v, as_obj(test_roots[i]), &edge);
    }
}
static inline void set_root_take(int i, Value v) { set_slot(&test_roots[i], v); }
static inline void test_types_init(void)
{
    heap_init();
    for (int i = 0; i < N_TEST_ROOTS; i++)
        test_roots[i] = UNBOUND;
    heap_add_roots("test", visit_test_roots);
}
#endif
