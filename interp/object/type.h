/* type.h -- what a type can do. Data only: no function of ours is named here.
 *
 * Glossary
 *   slot      a C function pointer that implements one protocol step (repr, add, next ...). Built-in types fill slots by hand; for a
 *             class made by Python code, slots.c fills them with wrappers that call the dunder method, and re-fills them when
 *             the class changes. Conversely a filled slot of a built-in type shows up as a dunder method (slot wrapper) in its dict.
 *   Method    a row that declares a native function: name, signature text, function, docstring (native.h).
 * A slot receives borrowed Values and returns an owned one. `self` is always an instance of the slot's type (or subclass).
 * Binary slots are tried with the operands in source order, `a op b`, on the type of either operand: they must check
 * both operands and return NOT_IMPLEMENTED for what they do not know.
 */
#ifndef OBJECT_TYPE_H
#define OBJECT_TYPE_H
#include "gc/object.h"
#include "interp/object/error.h"

typedef struct Type Type;
typedef struct Dict Dict;
typedef struct Method Method;
typedef struct GetSet GetSet;
typedef struct Member Member;
typedef struct Buffer Buffer;

typedef enum BinaryOp {
    OP_ADD, OP_SUB, OP_MUL, OP_MATMUL, OP_TRUEDIV, OP_FLOORDIV, OP_MOD, OP_POW, OP_LSHIFT, OP_RSHIFT, OP_AND, OP_OR, OP_XOR,
    OP_DIVMOD, N_BINARY_OPS
} BinaryOp;
typedef enum UnaryOp { OP_NEG, OP_POS, OP_INVERT, OP_ABS, N_UNARY_OPS } UnaryOp;
typedef enum CompareOp { CMP_LT, CMP_LE, CMP_EQ, CMP_NE, CMP_GT, CMP_GE } CompareOp;

/* compare_order -- what `op` says of two things whose order is known: negative, 0, positive. */
static inline Value compare_order(int order, CompareOp op)
{
    switch (op) {
    case CMP_LT: return bool_value(order < 0);
    case CMP_LE: return bool_value(order <= 0);
    case CMP_EQ: return bool_value(order == 0);
    case CMP_NE: return bool_value(order != 0);
    case CMP_GT: return bool_value(order > 0);
    default:     return bool_value(order >= 0);
    }
}
static inline Value compare_len(uint64_t a, uint64_t b, CompareOp op) { return compare_order((a > b) - (a < b), op); }

typedef Value UnaryFn(Value self);
typedef Value BinaryFn(Value a, Value b);
/* The general call: n_pos positional arguments, then one value for each name of the tuple `kwnames` (NONE or empty: no keywords).
 * args[-1] may be overwritten by the callee during the call (to prepend self without copying) when the caller says so: never assume it. */
typedef Value CallFn(Value callable, const Value *args, size_t n_pos, Value kwnames);

struct Type {
    HeapType heap;                 /* first: a Type is a HeapType is an object. heap.name is UTF-8 */
    Shape shape;                   /* the static / root shape: instances without attributes. shape.type == this */
    Type *base;                    /* best base; NULL: object itself */
    Value bases, mro;              /* tuples */
    Dict *dict;                    /* attributes; a class's __dict__ shows it read-only */
    Value qualname, module;        /* str or UNBOUND (built-ins: from name and "builtins") */
    uint32_t flags;                /* TYPE_... */
    uint32_t n_subclasses, cap_subclasses;
    Type **subclasses;             /* not owned; entries leave when a subclass dies */
    struct ClassExtra *extra;      /* classes made at run time: slot names, name storage (class.c) */

    /* life */
    Value (*new)(Type *type, const Value *args, size_t n_pos, Value kwnames);      /* NULL: cannot be made */
    bool (*init)(Value self, const Value *args, size_t n_pos, Value kwnames);
    /* basics */
    UnaryFn *repr, *str;           /* str NULL: inherits object's, which calls repr */
    bool (*hash)(Value self, int64_t *hash);     /* hash_none: unhashable. *hash is never -1 */
    Value (*compare)(Value a, Value b, CompareOp op);      /* NOT_IMPLEMENTED when unknown */
    CallFn *call;
    Value (*getattr)(Value self, Value name);    /* NULL: generic (attr.c) */
    bool (*setattr)(Value self, Value name, Value value_or_unbound);     /* UNBOUND deletes; NULL: generic */
    Truth (*truth)(Value self);    /* NULL: len, else true */
    /* iteration: next returns STOP at the end */
    UnaryFn *iter, *next;
    UnaryFn *await_, *aiter, *anext;
    /* containers */
    int64_t (*len)(Value self);    /* -1: failed */
    BinaryFn *getitem;
    bool (*setitem)(Value self, Value key, Value value_or_unbound);      /* UNBOUND deletes */
    Truth (*contains)(Value self, Value item);   /* NULL: by iteration */
    /* sequences also: concatenation and repetition when no number slot knows; NULL: none */
    BinaryFn *format;              /* __format__(spec) of a built-in type whose method nobody can replace; NULL: look the method up */
    BinaryFn *concat, *inplace_concat;
    Value (*repeat)(Value self, int64_t n);
    Value (*inplace_repeat)(Value self, int64_t n);
    Value (*item)(Value self, int64_t index);    /* sequence item, index already non-negative-adjusted or raw; IndexError ends old-style iteration */
    /* numbers */
    BinaryFn *binary[N_BINARY_OPS], *inplace[N_BINARY_OPS];
    Value (*power)(Value base, Value exponent, Value modulus_or_none);
    UnaryFn *unary[N_UNARY_OPS];
    UnaryFn *to_int, *to_float, *index;
    /* descriptors */
    Value (*descr_get)(Value descriptor, Value instance_or_unbound, Value owner_type_or_unbound);
    bool (*descr_set)(Value descriptor, Value instance, Value value_or_unbound);   /* filled: a data descriptor */
    /* memory protocol */
    bool (*get_buffer)(Value self, Buffer *buffer, int flags);
    void (*release_buffer)(Value self, Buffer *buffer);

    /* declarations, joined in builtins/types.c before type_ready */
    const Method *methods; const GetSet *getsets; const Member *members;
    const char *doc;
    const char *signature;         /* of the constructor, "(iterable=(), /)"; NULL: none shown */
    const char *module_name;       /* NULL: "builtins" */
    /* where an instance keeps its own __dict__ as a Value in its struct (modules); 0: attributes are in the AttrArea or there are none */
    uint32_t dict_offset;
};

enum {
    TYPE_BASE       = 1,        /* may be subclassed */
    TYPE_HEAP       = 2,        /* made at run time: mutable attributes, counted */
    TYPE_READY      = 4,
    TYPE_ABSTRACT   = 8,
    TYPE_HAS_GETATTR = 16,      /* class defines __getattribute__ or __getattr__: no attribute caches */
    TYPE_HAS_SETATTR = 32,
    TYPE_SEQUENCE   = 64, TYPE_MAPPING = 128,     /* for match statements, inherited */
    TYPE_HAS_DICT   = 256,      /* instances accept arbitrary attributes */
    TYPE_IMMUTABLE  = 512,      /* attributes of the type itself cannot be set */
    TYPE_WEAK       = 1024,     /* instances can be weakly referenced */
    TYPE_NO_NEW     = 2048,     /* cannot create 'x' instances */
    TYPE_METHOD_DESCR = 4096,   /* descriptor binds like a function: calls may skip the bound method */
    TYPE_HASH_NONE  = 8192,
    TYPE_SOLID      = 1 << 14,  /* a layout of its own although its struct is as large as the base's (exceptions) */
    /* subclass tests in one bit */
    TYPE_IS_INT = 1 << 20, TYPE_IS_STR = 1 << 21, TYPE_IS_BYTES = 1 << 22, TYPE_IS_TUPLE = 1 << 23, TYPE_IS_LIST = 1 << 24,
    TYPE_IS_DICT = 1 << 25, TYPE_IS_SET = 1 << 26 /* set or frozenset */, TYPE_IS_EXCEPTION = 1 << 27, TYPE_IS_TYPE = 1 << 28,
    TYPE_IS_FLOAT = 1 << 29,
    TYPE_INHERITED  = TYPE_SEQUENCE | TYPE_MAPPING | TYPE_METHOD_DESCR | 0x3ff00000,
};

/* The initialiser of a static type's head. `struct_` is the C struct of its instances. */
#define STATIC_TYPE(self, type_name, struct_, rows) \
    .heap = { .head = STATIC_OBJECT(&type_type.shape), .name = (type_name), .basic_size = sizeof(struct_), .trace = (rows) }, \
    .shape = { .type = &(self).heap }, .bases = UNBOUND_INIT, .mro = UNBOUND_INIT, .qualname = UNBOUND_INIT, .module = UNBOUND_INIT
#define UNBOUND_INIT { (5ull << 3) | 4 }
/* A built-in type whose instances have a __dict__ (functions, exceptions): basic_size ends with an empty AttrArea, flag TYPE_HAS_DICT,
 * and its rows have { TRACE_ATTRS, .offset = offsetof(struct_, attrs) }. The constructor calls attrs_init (gc/object.h). */
#define STATIC_TYPE_ATTRS(struct_, field) .heap.attrs_offset = offsetof(struct_, field)

extern Type type_type, object_type;
extern Type none_type, bool_type, ellipsis_type, not_implemented_type, int_type, float_type;   /* types of immediates */

static inline Type *obj_type(const Object *o) { return (Type *)o->shape->type; }
Type *immediate_type(Value v);                 /* type.c; also for UNBOUND ("unbound") in messages */
static inline Type *type_of(Value v) { return LIKELY(is_ptr(v)) ? obj_type(as_obj(v)) : is_int(v) ? &int_type : is_float(v) ? &float_type : immediate_type(v); }
static inline const char *type_name(Value v) { return type_of(v)->heap.name; }
static inline bool is_exact(Value v, const Type *type) { return is_ptr(v) && (const Type *)as_obj(v)->shape->type == type; }
static inline bool has_flag(Value v, uint32_t flag) { return is_ptr(v) && (obj_type(as_obj(v))->flags & flag); }
bool type_is_subtype(const Type *type, const Type *base);       /* by the MRO */
static inline bool is_instance_of(Value v, const Type *type) { Type *t = type_of(v); return t == type || type_is_subtype(t, type); }
static inline Type *as_type(Value v) { assert(has_flag(v, TYPE_IS_TYPE)); return (Type *)as_obj(v); }
static inline bool is_type(Value v) { return has_flag(v, TYPE_IS_TYPE); }
bool hash_none(Value self, int64_t *hash);     /* the slot of unhashable types: TypeError */
#endif
