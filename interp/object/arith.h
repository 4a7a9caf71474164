/* arith.h -- operators: dispatch to the operands' slots with Python's rules (a subclass on the right goes first; then reflected). */
#ifndef OBJECT_ARITH_H
#define OBJECT_ARITH_H
#include "interp/object/type.h"
must_use Value binary_op(BinaryOp op, Value a, Value b);         /* TypeError: unsupported operand type(s) for +: 'int' and 'str' */
must_use Value inplace_op(BinaryOp op, Value a, Value b);        /* a op= b: the new value of a */
must_use Value unary_op(UnaryOp op, Value v);
must_use Value power_op(Value base, Value exponent, Value modulus_or_none);
const char *binary_symbol(BinaryOp op);                          /* "+" */
const char *binary_dunder(BinaryOp op, int form);                /* 0 "__add__", 1 "__radd__", 2 "__iadd__" */
#endif
