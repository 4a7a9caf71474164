/* json_parts.h -- inside of _json: the scanner (json_scan.c) and the encoder (json_module.c). */
#ifndef MODULES_JSON_PARTS_H
#define MODULES_JSON_PARTS_H
#include "interp/object/type.h"
extern Type json_scanner_type;
Value json_scanstring(Value *args, size_t n);
#endif
