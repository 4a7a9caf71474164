/* openssl.c -- see openssl.h */
#define OPENSSL_DEFINING
#include "interp/base/openssl.h"

#include <dlfcn.h>
#include <openssl/opensslv.h>
#include <stddef.h>
#include <string.h>

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)
/* The library that the headers describe. */
#define LIBRARY "libcrypto.so." TEXT(OPENSSL_SHLIB_VERSION)

OpenSSL openssl;

bool openssl_load(const char **why)
{
    static const struct { const char *name; size_t offset; } rows[] = {
#define ROW(name) { #name, offsetof(OpenSSL, name##_) },
        OPENSSL_FUNCTIONS(ROW)
    };
    static bool is_loaded;
    if (is_loaded)
        return true;
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        *why = LIBRARY " cannot be loaded";
        return false;
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        void *function = dlsym(library, rows[i].name);
        if (!function) {
            *why = LIBRARY " lacks a function";
            return false;
        }
        memcpy((char *)&openssl + rows[i].offset, &function, sizeof function);
    }
    return is_loaded = true;
}
