/* list_methods.c -- list as Python code sees it. Source: Python library reference, "Mutable sequence types". */
#include "interp/builtins/container_types.h"
#include "interp/object/class.h"
#include "interp/object/iterators.h"
#include "interp/object/list.h"
#include "interp/object/protocol.h"

static Value list_make(Type *type, const Value *args, size_t n, Value kwnames)
{
    (void)args, (void)n, (void)kwnames;
    return type == &list_type ? list_new(0) : instance_new(type);
}

static bool list_init(Value self, const Value *args, size_t n, Value kwnames)
{
    if (type_of(self)->new == list_make && !no_keywords("list", kwnames))
        return false;
    if (!count_between("list", n, 0, 1))
        return false;
    if (list_len(self))
        list_clear(self);
    return n == 0 || list_extend(self, args[0]);
}

static Value append(Value *args, size_t n)
{
    (void)n;
    return list_append(args[0], args[1]) ? NONE : ERROR;
}

static Value clear(Value *args, size_t n)
{
    (void)n;
    list_clear(args[0]);
    return NONE;
}

static Value copy(Value *args, size_t n)
{
    (void)n;
    return list_slice(args[0], 0, INT64_MAX);
}

static Value count(Value *args, size_t n)
{
    (void)n;
    int64_t times = list_count(args[0], args[1]);
    return times < 0 ? ERROR : small_int_value(times);
}

static Value extend(Value *args, size_t n)
{
    (void)n;
    return list_extend(args[0], args[1]) ? NONE : ERROR;
}

static Value index_(Value *args, size_t n)
{
    (void)n;
    int64_t start, stop, len = (int64_t)list_len(args[0]);
    if (!search_bound(args[2], 0, &start) || !search_bound(args[3], INT64_MAX, &stop))
        return ERROR;
    if (start < 0 && (start += len) < 0)
        start = 0;
    if (stop < 0 && (stop += len) < 0)
        stop = 0;
    int64_t at = list_find(args[0], args[1], start, stop);
    if (at >= 0)
        return small_int_value(at);
    return at == -2 ? ERROR : raise(ValueError, "%R is not in list", args[1]);
}

static Value insert(Value *args, size_t n)
{
    (void)n;
    int64_t at;
    if (!obj_index_i64(args[1], &at, OverflowError))
        return ERROR;
    return list_insert(args[0], at, args[2]) ? NONE : ERROR;
}

static Value pop(Value *args, size_t n)
{
    (void)n;
    int64_t at = -1;
    if (!is_unbound(args[1]) && !obj_index_i64(args[1], &at, OverflowError))
        return ERROR;
    return list_pop(args[0], at);
}

static Value remove_(Value *args, size_t n)
{
    (void)n;
    int64_t at = list_find(args[0], args[1], 0, INT64_MAX);
    if (at < 0)
        return at == -2 ? ERROR : raise(ValueError, "list.remove(x): x not in list");
    return list_set_slice(args[0], at, at + 1, NULL, 0) ? NONE : ERROR;
}

static Value reverse(Value *args, size_t n)
{
    (void)n;
    list_reverse(args[0]);
    return NONE;
}

static Value sort(Value *args, size_t n)
{
    (void)n;
    int64_t down = 0;
    if (!is_unbound(args[2])) {
        if (is_bool(args[2]))
            down = same(args[2], TRUE);
        else if (!obj_index_i64(args[2], &down, OverflowError))
            return ERROR;
    }
    return list_sort(args[0], is_unbound(args[1]) ? NONE : args[1], down != 0) ? NONE : ERROR;
}

static Value reversed(Value *args, size_t n)
{
    (void)n;
    return index_iterator_new(&list_reverse_iterator_type, args[0], (int64_t)list_len(args[0]) - 1);
}

const Method list_methods[] = {
    { "append", "(self, object, /)", append, "Append object to the end of the list." },
    { "clear", "(self, /)", clear, "Remove all items from list." },
    { "copy", "(self, /)", copy, "Return a shallow copy of the list." },
    { "count", "(self, value, /)", count, "Return number of occurrences of value." },
    { "extend", "(self, iterable, /)", extend, "Extend list by appending elements from the iterable." },
    { "index", "(self, value, start=0, stop=9223372036854775807, /)", index_,
      "Return first index of value.\n\nRaises ValueError if the value is not present." },
    { "insert", "(self, index, object, /)", insert, "Insert object before index." },
    { "pop", "(self, index=-1, /)", pop,
      "Remove and return item at index (default last).\n\nRaises IndexError if list is empty or index is out of range." },
    { "remove", "(self, value, /)", remove_, "Remove first occurrence of value.\n\nRaises ValueError if the value is not present." },
    { "reverse", "(self, /)", reverse, "Reverse *IN PLACE*." },
    { "sort", "(self, /, *, key=None, reverse=False)", sort,
      "Sort the list in ascending order and return None.\n\nThe sort is in-place and stable: the order of two equal elements is kept.\n"
      "A key function is applied once to each list item. The reverse flag sorts in descending order." },
    { "__reversed__", "(self, /)", reversed, "Return a reverse iterator over the list." },
    CLASS_GETITEM_ROW,
    { 0 },
};

void list_join(void)
{
    list_type.new = list_make;
    list_type.init = list_init;
    JOIN(list_type, list_methods, "Built-in mutable sequence.\n\nIf no argument is given, the constructor creates a new empty list.\n"
         "The argument must be an iterable if specified.", "(iterable=(), /)");
}
