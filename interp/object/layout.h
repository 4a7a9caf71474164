/* layout.h -- placing the fields of a new class's instances; the questions about bases are in class.h. */
#ifndef OBJECT_LAYOUT_H
#define OBJECT_LAYOUT_H
#include "interp/object/type.h"
/* layout_place -- sizes, offsets and trace rows of `type`, a new class on `base`: its __slots__ (tuple of mangled names, borrowed for
 * ever by the rows: ClassExtra.slot_names owns them), an attribute area when `add_dict`. False: MemoryError. */
must_use bool layout_place(Type *type, const Type *base, Value slot_names, bool add_dict, unsigned wanted_inline);
unsigned layout_trace_rows(const TraceRow *rows);      /* without the end */
#endif
