/* check.c -- which function checks which type. */
#include "interp/object/check.h"
#include "interp/object/attr.h"
#include "interp/object/bytes.h"
#include "interp/object/cell.h"
#include "interp/object/class.h"
#include "interp/object/exception.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/iterators.h"
#include "interp/object/list.h"
#include "interp/object/memoryview.h"
#include "interp/object/method.h"
#include "interp/object/range.h"
#include "interp/object/set.h"
#include "interp/object/slice.h"
#include "interp/object/str.h"
#include "interp/object/tuple.h"

void object_check_valid(const Object *o)
{
    Value v = obj_value(o);
    const Type *type = obj_type(o);
    instance_check_valid(o);
    if (type->flags & TYPE_IS_STR)
        str_check_valid((const Str *)o);
    else if (type->flags & TYPE_IS_INT)
        int_check_valid((const Int *)o);
    else if (type->flags & TYPE_IS_BYTES)
        bytes_check_valid((const Bytes *)o);
    else if (type->flags & TYPE_IS_TUPLE)
        tuple_check_valid((const Tuple *)o);
    else if (type->flags & TYPE_IS_LIST)
        list_check_valid((const List *)o);
    else if (type->flags & TYPE_IS_DICT)
        dict_check_valid((const Dict *)o);
    else if (type->flags & TYPE_IS_SET)
        set_check_valid((const Set *)o);
    else if (type->flags & TYPE_IS_EXCEPTION)
        exception_check_valid((const ExceptionObject *)o);
    else if (type->flags & TYPE_IS_TYPE)
        type_check_valid((const Type *)o);
    else if (type == &bytearray_type)
        bytearray_check_valid((const ByteArray *)o);
    else if (type == &memoryview_type)
        memoryview_check_valid((const MemoryView *)o);
    else if (type == &range_type)
        range_check_valid((const Range *)o);
    else if (type == &slice_type)
        slice_check_valid((const Slice *)o);
    else if (type == &cell_type)
        cell_check_valid((const Cell *)o);
    else if (type == &method_type)
        method_check_valid((const BoundMethod *)o);
    else
        iterator_check_valid(v);
}
