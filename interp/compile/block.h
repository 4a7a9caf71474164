/* block.h -- compound statements. */
#ifndef COMPILE_BLOCK_H
#define COMPILE_BLOCK_H
#include "interp/compile/visit.h"
StmtRule if_stmt, while_stmt, for_stmt, async_for_stmt, with_stmt, try_stmt, try_star_stmt;
#endif
