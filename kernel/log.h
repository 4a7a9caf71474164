/* log.h -- lines for whoever runs the kernel, on the standard error the process was started with (cells never see them).
 * Thread-safe; a line is written with one system call. Secrets (keys, signatures) are never passed here. */
#ifndef KERNEL_LOG_H
#define KERNEL_LOG_H

/* log_to -- write to this descriptor from now on (-1: nowhere). The descriptor stays the caller's. */
void log_to(int fd);
/* log_line -- "ouro kernel: " + text + newline. Long lines are cut at 1000 bytes. */
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
