/* fold.c -- constant folding: arithmetic, tuples and subscripts of constants; limits on the size of results are CPython's. */
#include "interp/compile/fold.h"
#include "gc/heap.h"
#include "interp/object/arith.h"
#include "interp/object/bytes.h"
#include "interp/object/complex.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/protocol.h"
#include "interp/object/set.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"
#include <ctype.h>

enum { MAX_INT_BITS = 128, MAX_COLLECTION = 256, MAX_TEXT = 4096, MAX_TOTAL = 1024 };

static bool all_name_chars(const Text *t)
{
    for (uint32_t i = 0; i < t->len; i++)
        if (!isalnum((unsigned char)t->at[i]) && t->at[i] != '_')
            return false;
    return true;
}

Value fold_constant(const Constant *k)
{
    switch ((ConstantKind)k->kind) {
    case CONST_NONE: return NONE;
    case CONST_TRUE: return TRUE;
    case CONST_FALSE: return FALSE;
    case CONST_ELLIPSIS: return ELLIPSIS;
    case CONST_INT: return int_value(k->integer);
    case CONST_BIGINT: return int_parse(k->text->at, k->text->len, k->base);
    case CONST_FLOAT: return float_value(k->number);
    case CONST_IMAGINARY: return complex_new(0.0, k->number);
    case CONST_STR: {
        Value s = str_new(k->text->at, k->text->len);
        return !is_error(s) && all_name_chars(k->text) ? str_intern_take(s) : s;
    }
    case CONST_BYTES: return bytes_new(k->text->at, k->text->len);
    }
    return raise(SystemError, "unknown constant in tree");
}

static void note(Compiler *c, const Node *e, Value v)
{
    if (c->failed) {
        release(v);
        return;
    }
    if (is_error(v)) {                                      /* the error comes when the code runs */
        if (error_is(MemoryError) || error_is(KeyboardInterrupt))
            context_fail(c);
        else
            error_clear();
        return;
    }
    Value *kept = context_alloc(c, sizeof *kept);
    v = context_keep_take(c, v);
    if (!kept)
        return;
    *kept = v;
    pointer_map_set(c, &c->folds, (uintptr_t)e, kept);
}

bool fold_value(Compiler *c, const Node *e, Value *v)
{
    Value *known = pointer_map_get(&c->folds, (uintptr_t)e);
    if (known)
        *v = *known;
    return known != NULL;
}

/* --- operators --------------------------------------------------------------------------------------------- */
static uint64_t size_of_value(Value v)
{
    return tuple_exact(v) ? tuple_len(v) : str_exact(v) ? str_len(v) : is_exact(v, &bytes_type) ? as_bytes(v)->len : is_exact(v, &frozenset_type) ? as_set(v)->used : 0;
}

static int64_t count_items(Value v, int64_t limit)
{
    if (!tuple_exact(v))
        return limit;
    limit -= (int64_t)tuple_len(v);
    for (uint64_t i = 0; limit >= 0 && i < tuple_len(v); i++)
        limit = count_items(tuple_peek(v, i), limit);
    return limit;
}

static Value safe_multiply(Value a, Value b)
{
    int64_t n;
    if (int_exact(a) && int_exact(b) && int_sign(a) && int_sign(b)) {
        if (int_bit_length(a) + int_bit_length(b) > MAX_INT_BITS)
            return UNBOUND;
    } else if (int_exact(a) && (tuple_exact(b) || is_exact(b, &frozenset_type) || str_exact(b) || is_exact(b, &bytes_type))) {
        uint64_t size = size_of_value(b);
        int64_t limit = str_exact(b) || is_exact(b, &bytes_type) ? MAX_TEXT : MAX_COLLECTION;
        if (size) {
            if (!int_to_i64(a, &n) || n < 0 || n > limit / (int64_t)size)
                return UNBOUND;
            if (n && tuple_exact(b) && count_items(b, MAX_TOTAL / n) < 0)
                return UNBOUND;
        }
    } else if (int_exact(b) && (tuple_exact(a) || str_exact(a) || is_exact(a, &bytes_type))) {
        return safe_multiply(b, a);
    }
    return binary_op(OP_MUL, a, b);
}

static Value safe_power(Value a, Value b)
{
    if (int_exact(a) && int_exact(b) && int_sign(a) && int_sign(b) > 0) {
        int64_t n;
        uint64_t bits = int_bit_length(a);
        if (!int_to_i64(b, &n) || bits > MAX_INT_BITS / (uint64_t)n)
            return UNBOUND;
    }
    return binary_op(OP_POW, a, b);
}

static Value safe_shift(Value a, Value b)
{
    if (int_exact(a) && int_exact(b) && int_sign(a) && int_sign(b)) {
        int64_t n;
        if (!int_to_i64(b, &n) || n < 0 || n > MAX_INT_BITS || int_bit_length(a) > (uint64_t)(MAX_INT_BITS - n))
            return UNBOUND;
    }
    return binary_op(OP_LSHIFT, a, b);
}

static void fold_binary(Compiler *c, const Node *e)
{
    Value a, b, r;
    if (!fold_value(c, e->BinOp.left, &a) || !fold_value(c, e->BinOp.right, &b))
        return;
    switch (e->BinOp.op) {
    case NODE_Add: r = binary_op(OP_ADD, a, b); break;
    case NODE_Sub: r = binary_op(OP_SUB, a, b); break;
    case NODE_Mult:
        r = int_exact(a) && int_exact(b) && (!int_sign(a) || !int_sign(b)) ? binary_op(OP_MUL, a, b) : safe_multiply(a, b);
        break;
    case NODE_Div: r = binary_op(OP_TRUEDIV, a, b); break;
    case NODE_FloorDiv: r = binary_op(OP_FLOORDIV, a, b); break;
    case NODE_Mod: r = str_exact(a) || is_exact(a, &bytes_type) ? UNBOUND : binary_op(OP_MOD, a, b); break;
    case NODE_Pow: r = safe_power(a, b); break;
    case NODE_LShift: r = safe_shift(a, b); break;
    case NODE_RShift: r = binary_op(OP_RSHIFT, a, b); break;
    case NODE_BitOr: r = binary_op(OP_OR, a, b); break;
    case NODE_BitXor: r = binary_op(OP_XOR, a, b); break;
    case NODE_BitAnd: r = binary_op(OP_AND, a, b); break;
    default: r = UNBOUND; break;
    }
    if (!is_unbound(r))
        note(c, e, r);
}

static void fold_unary(Compiler *c, const Node *e)
{
    Value v;
    if (!fold_value(c, e->UnaryOp.operand, &v))
        return;
    if (e->UnaryOp.op == NODE_Not) {
        Truth t = obj_truth(v);
        note(c, e, t == TRUTH_FAILED ? ERROR : bool_value(t == NO));
        return;
    }
    note(c, e, unary_op(e->UnaryOp.op == NODE_USub ? OP_NEG : e->UnaryOp.op == NODE_UAdd ? OP_POS : OP_INVERT, v));
}

/* --- displays ---------------------------------------------------------------------------------------------- */
/* The values of a list of constant expressions as an owned tuple; UNBOUND: some are not constant. */
static Value constants_of(Compiler *c, NodeList list)
{
    Value v;
    for (int i = 0; i < list.n; i++)
        if (!list.at[i] || !fold_value(c, list.at[i], &v))
            return UNBOUND;
    Tuple *t = tuple_alloc((uint64_t)list.n);
    if (!t)
        return ERROR;
    for (int i = 0; i < list.n; i++) {
        fold_value(c, list.at[i], &v);
        t->items[i] = retain(v);
        track_for(t, v);
    }
    return obj_value(t);
}

Value fold_display(Compiler *c, const Node *e)
{
    if (e->kind != NODE_List && e->kind != NODE_Set)
        return UNBOUND;
    Value *known = pointer_map_get(&c->folds, (uintptr_t)e + 1);
    if (known)
        return *known;
    Value v = constants_of(c, e->kind == NODE_List ? e->List.elts : e->Set.elts);
    if (is_unbound(v))
        return UNBOUND;
    if (!is_error(v) && e->kind == NODE_Set) {
        Value set = set_from_iterable(&frozenset_type, v);
        release(v);
        v = set;
    }
    Value *kept = context_alloc(c, sizeof *kept);
    v = context_keep_take(c, v);
    if (c->failed || !kept)
        return UNBOUND;
    *kept = v;
    pointer_map_set(c, &c->folds, (uintptr_t)e + 1, kept);
    return v;
}

static void fold_subscript(Compiler *c, const Node *e)
{
    Value container, key;
    if (e->Subscript.ctx == NODE_Load && fold_value(c, e->Subscript.value, &container) && fold_value(c, e->Subscript.slice, &key))
        note(c, e, obj_getitem(container, key));
}

/* --- walk -------------------------------------------------------------------------------------------------- */
static bool fold_node(Node *n, void *context);

static void fold_own(Compiler *c, const Node *n)
{
    switch (n->kind) {
    case NODE_Constant: {
        Value v = fold_constant(&n->Constant.value);
        if (is_error(v))
            context_fail(c);
        else
            note(c, n, v);
        break;
    }
    case NODE_UnaryOp: fold_unary(c, n); break;
    case NODE_BinOp: fold_binary(c, n); break;
    case NODE_Subscript: fold_subscript(c, n); break;
    case NODE_Tuple:
        if (n->Tuple.ctx == NODE_Load) {
            Value v = constants_of(c, n->Tuple.elts);
            if (!is_unbound(v))
                note(c, n, v);
        }
        break;
    case NODE_Name:
        if (n->Name.ctx == NODE_Load && n->Name.id->len == 9 && !memcmp(n->Name.id->at, "__debug__", 9))
            note(c, n, bool_value(c->optimize == 0));
        break;
    default: break;
    }
}

static bool fold_node(Node *n, void *context)
{
    Compiler *c = context;
    if (!context_enter(c))
        return false;
    if (n->kind != NODE_Constant && n->kind != NODE_Name)
        ast_each_child(n, fold_node, c);
    if (!c->failed)
        fold_own(c, n);
    context_leave(c);
    return !c->failed;
}

void fold_tree(Compiler *c, const Node *module) { fold_node((Node *)module, c); }
