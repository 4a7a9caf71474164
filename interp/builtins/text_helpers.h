/* text_helpers.h -- what the methods of str, bytes and bytearray share. */
#ifndef BUILTINS_TEXT_HELPERS_H
#define BUILTINS_TEXT_HELPERS_H
#include "interp/object/type.h"

/* text_bounds -- the optional start and stop of find(), count() ...: None or absent is the end; clipped to 0..len, stop may be < start. */
must_use bool text_bounds(Value start, Value stop, int64_t len, int64_t *from, int64_t *to);
/* An optional int argument of a method; `otherwise` when absent. OverflowError "Python int too large to convert to C ssize_t". */
must_use bool text_int(Value v, int64_t otherwise, int64_t *i);
/* The type's name as messages about wrong arguments show it: None itself for None. */
#define ARGUMENT_NAME(v) (is_none(v) ? "None" : type_name(v))
/* The C string of an optional str argument ("encode() argument 'encoding' must be str, not int"); *text NULL when absent. */
must_use bool text_name(Value v, const char *function, const char *parameter, const char **text);
/* An iterator over a sequence by index: str, bytes, bytearray, memoryview. */
typedef struct TextIterator { Object head; Value sequence; int64_t index; } TextIterator;       /* sequence UNBOUND: exhausted */
extern Type str_iterator_type, bytes_iterator_type, bytearray_iterator_type, memory_iterator_type;
must_use Value text_iterator_new(Type *type, Value sequence);
#endif
