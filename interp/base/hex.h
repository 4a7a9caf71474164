/* hex.h -- what a hexadecimal digit stands for. */
#ifndef INTERP_BASE_HEX_H
#define INTERP_BASE_HEX_H
#include <stdint.h>

/* hex_digit -- 0 .. 15 for 0-9, a-f, A-F; -1 for any other character. */
static inline int hex_digit(uint32_t c)
{
    uint32_t letter = c | 0x20;
    return c >= '0' && c <= '9' ? (int)c - '0' : letter >= 'a' && letter <= 'f' ? (int)letter - 'a' + 10 : -1;
}
#endif
