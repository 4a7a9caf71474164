/* pickle_parts.c -- see pickle_parts.h. */
#include "interp/modules/pickle_parts.h"

#include "interp/base/buf.h"
#include "interp/builtins/import.h"
#include "interp/object/exception.h"
#include "interp/object/protocol.h"
#include "interp/object/str.h"

void pickle_error(const char *class_name, const char *format, ...)
{
    Buf text = { 0 };
    va_list args;
    va_start(args, format);
    bool ok = error_vformat(&text, format, &args);
    va_end(args);
    own Value message = ok && !text.failed ? str_new(text.at, text.len) : ERROR;
    buf_free(&text);
    own Value class = is_error(message) ? ERROR : import_attr("pickle", class_name);
    own Value error = is_error(class) ? ERROR : call1(class, message);
    if (!is_error(error))
        exception_raise_take(give(error));
    else if (!error_pending())
        error_set_memory();
}
