/* cell.c -- the cells of closures. */
#include "interp/object/cell.h"
#include "gc/heap.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

void cell_check_valid(const Cell *c) { assert(!is_error(c->value) && !is_stop(c->value)); }

Value cell_new(Value value)
{
    Cell *c = heap_new(&cell_type.shape, sizeof *c);
    if (!c)
        return raise_memory();
    c->value = retain(value);
    return obj_value(c);
}

static Value cell_make(Type *type, const Value *args, size_t n_pos, Value kwnames)
{
    if (is_ptr(kwnames) && tuple_len(kwnames))
        return raise(TypeError, "cell() takes no keyword arguments");
    if (n_pos > 1)
        return raise(TypeError, "cell expected at most 1 argument, got %zu", n_pos);
    return cell_new(n_pos ? args[0] : UNBOUND);
}

static Value cell_compare(Value a, Value b, CompareOp op)
{
    if (!cell_check(a) || !cell_check(b))
        return NOT_IMPLEMENTED;
    Value x = as_cell(a)->value, y = as_cell(b)->value;
    if (!is_unbound(x) && !is_unbound(y))
        return obj_compare(x, y, op);
    int order = !is_unbound(x) - !is_unbound(y);
    return compare_order(order, op);
}

static Value cell_repr(Value v)
{
    Value content = as_cell(v)->value;
    void *at = as_obj(v);
    if (is_unbound(content))
        return str_format("<cell at %p: empty>", at);
    if (is_ptr(content))
        return str_format("<cell at %p: %.80T object at %p>", at, content, (void *)as_obj(content));
    return str_format("<cell at %p: %.80T object at 0x%llx>", at, content, (unsigned long long)content.bits);
}

static const TraceRow cell_rows[] = { { TRACE_VALUE, offsetof(Cell, value), 0, "cell_contents" }, { .kind = TRACE_END } };

Type cell_type = {
    STATIC_TYPE(cell_type, "cell", Cell, cell_rows),
    .new = cell_make, .repr = cell_repr, .compare = cell_compare, .hash = hash_none,
    .doc = "Create a new cell object.\n\n  contents\n    the contents of the cell. If not specified, the cell will be empty,\n    and \n further attempts to access its cell_contents attribute will\n    raise a ValueError.",
    .signature = "([contents])",
};
