/* file.h -- what the system's calls leave to do for their callers: all of a text, every folder of a path. */
#ifndef INTERP_BASE_FILE_H
#define INTERP_BASE_FILE_H
#include <stdbool.h>
#include <stddef.h>

/* file_write -- all of it, through interruptions by signals. False: errno. Async-signal-safe. */
bool file_write(int fd, const void *bytes, size_t len);
/* file_make_folders -- each folder that `path` names before its last slash, mode 0700. What cannot be made shows when the path is used. */
void file_make_folders(const char *path);
#endif
