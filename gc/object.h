/* object.h -- the header of every heap object, its type's descriptor, reference counts, ownership.
 *
 * Glossary
 *   refcount      owners of the object; it dies at the last release, at once.
 *   birth cell    the number of the notebook cell that was running when the object was made (0: the runtime).
 *   shape         type + layout: which attribute lives in which slot. Built-in types have one static shape.
 *   trace rows    the descriptor that says where an object holds references, and what each edge is called. The
 *                 collector, gc.get_referents, censuses and paths all walk it.
 *   container     an object whose type has trace rows: it may take part in a cycle.
 *   tracked       a container that the collector looks at (CPython's rule: a dict of ints is not).
 *   static object one that lives outside the heap (built-in types, empty tuple): its count starts huge and never matters.
 *
 * Ownership, everywhere in Ouro: results are owned by the caller, arguments are borrowed. Exceptions end in _peek
 * (the result is borrowed) or _take (the argument is consumed, also on failure). `own Value x = f();` releases x when
 * it leaves its scope; `return give(x);` hands it on.
 *
 * When objects die: release() of the last reference runs, in this order, the finaliser (__del__; may resurrect),
 * weak-reference callbacks, the release of the children, dispose. Deep structures die iteratively. So any release of a
 * pointer may run Python code; never hold a half-updated structure across one.
 */
#ifndef GC_OBJECT_H
#define GC_OBJECT_H
#include "gc/value.h"

typedef struct HeapType HeapType;

/* One layout of one type. interp/object/shape.h adds the attribute names behind `names`. */
typedef struct Shape {
    HeapType *type;
    uint32_t version;      /* unique over all shapes ever; a class that changes renumbers its shapes */
    uint16_t n_attrs;      /* attribute slots in use by an instance of this shape */
    uint16_t flags;        /* SHAPE_... */
    struct ShapeNames *names;   /* NULL while n_attrs is 0 */
} Shape;
/* The names of a shape's attributes; interp/object/shape.h has the rest of the structure behind it. */
typedef struct ShapeNames { Value *at; /* n_attrs interned strs, borrowed by whoever reads */ } ShapeNames;
enum { SHAPE_DICT_MODE = 1 };   /* attributes are in a dict of the instance, not in slots */

struct Object {
    uint32_t refcount;
    uint32_t birth;        /* cell:24 | BIRTH_... flags */
    Shape *shape;
};
static_assert(sizeof(Object) == 16, "the header is two words");

enum {
    BIRTH_CELL        = 0x00ffffff,
    BIRTH_GENERATION  = 0x03000000, BIRTH_GENERATION_SHIFT = 24,  /* 0 1 2; 3 = frozen (gc.freeze) */
    BIRTH_TRACKED     = 0x04000000,
    BIRTH_FINALIZED   = 0x08000000,   /* its finaliser ran: never again (PEP 442) */
    BIRTH_WEAKLY      = 0x10000000,   /* has an entry in the weak-reference table */
    BIRTH_DYING       = 0x20000000,   /* being torn down, or on the queue for it */
    BIRTH_STATIC      = 0x40000000,   /* not in the heap */
    BIRTH_TYPE_BIT    = 0x80000000u,  /* free for the type's own use (str: interned; dict: a namespace) */
};
#define STATIC_REFCOUNT (1u << 30)
/* The header of a static object. */
#define STATIC_OBJECT(shape_) { STATIC_REFCOUNT, BIRTH_STATIC, (shape_) }

/* --- what the heap must know of a type; interp's Type begins with this ------------------------------------ */
typedef enum TraceKind {
    TRACE_END,
    TRACE_VALUE,    /* one Value at `offset`; edge `name` */
    TRACE_OBJECT,   /* one Object * at `offset`, may be NULL; edge `name` */
    TRACE_VECTOR,   /* Value * at `offset` (may be NULL), uint64_t length at `count_offset`; edges `name`[i] */
    TRACE_TAIL,     /* Value[] inline from `offset`, uint64_t length at `count_offset`; edges `name`[i] */
    TRACE_TABLE,    /* Entry * at `offset` (may be NULL), uint64_t number of entries at `count_offset`:
                     * {hash, key, value} triples; free ones have key UNBOUND; edges `name`[key] and "key" */
    TRACE_KEYS,     /* as TRACE_TABLE with {hash, key} pairs (set) */
    TRACE_ATTRS,    /* the instance attributes: AttrArea where object_attrs (below) says; edges .name */
    TRACE_CUSTOM,   /* HeapType.trace_custom is called (frames, generators, types) */
} TraceKind;
typedef struct TraceRow { TraceKind kind; uint32_t offset, count_offset; const char *name; } TraceRow;

typedef struct TableEntry { uint64_t hash; Value key, value; } TableEntry;
typedef struct KeyEntry { uint64_t hash; Value key; } KeyEntry;

/* Instance attributes. `inline_[]` holds the first HeapType.n_inline attributes, `more` the rest
 * (heap_buf of more_cap Values), or, in SHAPE_DICT_MODE, `more` is a Dict object and the inline slots are UNBOUND. */
typedef struct AttrArea { void *more; Value inline_[]; } AttrArea;

/* One edge as a visitor sees it. `index` for VECTOR/TAIL, `key` for TABLE/ATTRS (borrowed), else name alone. */
typedef struct Edge { TraceKind kind; const char *name; uint64_t index; Value key; } Edge;
typedef struct Visitor Visitor;
struct Visitor { void (*visit)(Visitor *, Object *child, const Edge *edge); };

struct HeapType {
    Object head;                 /* a type is an object */
    const char *name;            /* "list"; for a class made by Python code its __name__ */
    uint32_t basic_size;         /* bytes of an instance without its tail */
    uint16_t n_inline;           /* inline attribute slots at attrs_offset */
    int16_t attrs_offset;        /* AttrArea of an instance; 0: none; -1: after the tail (see object_attrs below) */
    uint32_t heap_flags;         /* HEAP_TYPE_... */
    const TraceRow *trace;       /* NULL: instances hold no references (atom) */
    void (*trace_custom)(Object *, Visitor *);
    void (*clear)(Object *);     /* drops the children, leaving a valid empty object; NULL: by the trace rows. May be called twice. The heap itself
                                  * drops attributes at attrs_offset > 0 */
    void (*dispose)(Object *);   /* at death, after clear: gives back buffers and outside resources. NULL: nothing to give */
    void (*finalize)(Object *);  /* __del__; NULL: none. Runs at most once an object. Errors are reported as unraisable */
    void (*legacy_finalize)(Object *);  /* set by heap_set_legacy only. NULL: none. Runs at each death, after weak references were emptied; may
                                  * resurrect. A cycle that reaches such an object is never collected: it goes to gc.garbage */
    size_t (*size_of)(const Object *);  /* exact bytes with owned buffers, without attribute area overflow; NULL: basic_size */
};
enum {
    HEAP_TYPE_COUNTED = 1,       /* instances own a reference to their type (classes made at run time) */
    HEAP_TYPE_UNTRACKED = 2,     /* containers born untracked: dict, tuple track themselves when it matters */
    HEAP_TYPE_VAR = 4,           /* variable-size object (tail) */
    HEAP_TYPE_UNTRACK_YOUNG = 8, /* tuple itself (never set for its subclasses): immutable, so a collection that finds no
                                  * tracked container in it untracks it for good */
    HEAP_TYPE_UNTRACK_FULL = 16, /* dict itself: only a full collection untracks it; it tracks itself again (track_for) */
    HEAP_TYPE_INTERNAL = 32,     /* the runtime's own containers (namespace cells): not counted in what collect() returns,
                                  * not shown by collect_each */
    HEAP_TYPE_HUB = 64,          /* types, modules, namespaces: shared by everything; sizes of what an object shares stop there */
    HEAP_TYPE_HUB_BIT = 512,     /* the same for those instances that have BIRTH_TYPE_BIT set (dicts that are namespaces) */
    HEAP_TYPE_DEATH_KNOWN = 1 << 28,     /* the heap's: the next four are set */
    HEAP_TYPE_DEATH_ATOM = 1 << 29,      /* death of an instance is nothing but dispose and giving the slot back */
    HEAP_TYPE_DEATH_SIMPLE = 1 << 30,    /* releasing the children, dispose, then that */
    HEAP_TYPE_DEATH_TAIL = 1 << 27,      /* releasing what one TAIL row names, then that */
    HEAP_TYPE_DEATH_INSTANCE = 1 << 26,  /* of a class without its own clear and dispose: what VALUE and ATTRS rows name, the slot, the class */
    HEAP_TYPE_NO_GC = 256,       /* with HEAP_TYPE_UNTRACKED: outside the collector's world for good. As in CPython, `finalize` runs at each death */
    HEAP_TYPE_KEPT = 128,        /* immutable (tuple, code): the collector does not clear it, the cycle is cut elsewhere; others may still read it */
};
static inline HeapType *heap_type(const Object *o) { return o->shape->type; }
static inline bool is_hub(const Object *o)
{
    uint32_t flags = heap_type(o)->heap_flags;
    return (flags & HEAP_TYPE_HUB) || ((flags & HEAP_TYPE_HUB_BIT) && (o->birth & BIRTH_TYPE_BIT));
}

/* Where the attribute area is. attrs_offset == -1 (subclasses of variable-size types): behind the tail, at the next multiple of 8
 * after size_of(o), which for HEAP_TYPE_VAR types counts the struct and its tail, not the area. NULL: no area. */
static inline AttrArea *object_attrs(const Object *o)
{
    const HeapType *t = heap_type(o);
    assert(t->attrs_offset >= -1 && (t->attrs_offset <= 0 || t->attrs_offset % 8 == 0));
    if (LIKELY(t->attrs_offset > 0))
        return (AttrArea *)((char *)o + t->attrs_offset);
    if (t->attrs_offset == 0)
        return NULL;
    return (AttrArea *)((char *)o + ((t->size_of(o) + 7) & ~(size_t)7));
}
/* Values that `more` has room for when the shape has n_attrs attributes (slots mode). The buffer always has exactly this size. */
static inline unsigned attrs_more_cap(unsigned n_attrs, unsigned n_inline)
{
    if (n_attrs <= n_inline)
        return 0;
    unsigned cap = 4;
    while (cap < n_attrs - n_inline)
        cap *= 2;
    return cap;
}
/* For constructors of variable-size types: bytes to ask of heap_new when struct and tail end at `end`; then, once size_of works, the
 * area must be made empty by var_attrs_init. Both do the right thing for types without attributes. */
static inline size_t var_alloc_size(const HeapType *t, size_t end)
{
    return t->attrs_offset == -1 ? ((end + 7) & ~(size_t)7) + sizeof(AttrArea) + t->n_inline * sizeof(Value) : end;
}
static inline void attrs_init(AttrArea *area, const HeapType *t)
{
    area->more = NULL;
    for (unsigned i = 0; i < t->n_inline; i++)
        area->inline_[i] = UNBOUND;
}
static inline void var_attrs_init(Object *o)
{
    if (heap_type(o)->attrs_offset != 0)
        attrs_init(object_attrs(o), heap_type(o));
}

/* --- reference counts ----------------------------------------------------------------------------------------- */
void object_died(Object *);      /* gc/heap.c: the last reference is gone. Never called directly */

static inline Value retain(Value v)
{
    if (is_ptr(v)) {
        assert(as_obj(v)->refcount > 0);         /* the dead have no new owners */
        as_obj(v)->refcount++;
    }
    return v;
}
static inline void release(Value v)
{
    if (is_ptr(v)) {
        Object *o = as_obj(v);
        assert(o->refcount > 0);
        if (UNLIKELY(--o->refcount == 0))
            object_died(o);
    }
}
static inline void *retain_obj(void *object)
{
    assert(((Object *)object)->refcount > 0);
    ((Object *)object)->refcount++;
    return object;
}
static inline void release_obj(void *object)        /* NULL is allowed */
{
    if (object)
        release(obj_value(object));
}
/* Store `value` (owned, consumed) into an owning slot and release what was there, in that order. */
static inline void set_slot(Value *slot, Value value) { Value old = *slot; *slot = value; release(old); }

static inline void release_slot_(Value *slot) { release(*slot); }
#define own __attribute__((cleanup(release_slot_), unused))
static inline Value give_(Value *slot) { Value v = *slot; *slot = UNBOUND; return v; }
#define give(variable) give_(&(variable))

static inline uint32_t birth_cell(const Object *o) { return o->birth & BIRTH_CELL; }
static inline uint32_t generation_of(const Object *o) { return (o->birth & BIRTH_GENERATION) >> BIRTH_GENERATION_SHIFT; }
#endif
