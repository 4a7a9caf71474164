/* scalars.c -- see scalars.h. */
#include "interp/builtins/scalars.h"

#include "interp/base/unicode_names.h"
#include "interp/builtins/str_parts.h"
#include "interp/builtins/text_helpers.h"
#include "interp/object/bytes.h"
#include "interp/object/codec_error.h"
#include "interp/object/complex.h"
#include "interp/object/float.h"
#include "interp/object/int.h"
#include "interp/object/memoryview.h"
#include "interp/object/str.h"

Type *const scalar_types[] = {
    &int_type, &bool_type, &float_type, &complex_type, &str_type, &bytes_type, &bytearray_type, &memoryview_type, &managed_buffer_type,
    &str_iterator_type, &bytes_iterator_type, &bytearray_iterator_type, &memory_iterator_type, &formatter_iterator_type,
    &field_name_iterator_type, NULL,
};

static void lone_surrogate(Value s, uint64_t position)
{
    raise_encode_error("utf-8", s, position, position + 1, "surrogates not allowed");
}

static const char *name_of(uint32_t c)
{
    static char name[UNICODE_NAME_MAX];
    return unicode_name(c, name) ? name : NULL;
}

void scalars_install(void)
{
    str_surrogate_hook = lone_surrogate;
    unicode_name_hook = unicode_lookup_name;
    unicode_name_of_hook = name_of;
    int_install();
    float_install();
    complex_install();
    str_install();
    bytes_install();
    bytearray_install();
    memoryview_install();
}
