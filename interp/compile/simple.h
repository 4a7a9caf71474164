/* simple.h -- simple statements. */
#ifndef COMPILE_SIMPLE_H
#define COMPILE_SIMPLE_H
#include "interp/compile/visit.h"
StmtRule assign_stmt, aug_assign_stmt, ann_assign_stmt, delete_stmt, raise_stmt, assert_stmt, import_stmt, import_from_stmt, expr_stmt, pass_stmt, nothing_stmt;
#endif
