/* capture.c -- see capture.h */
#include "kernel/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "interp/base/utf8.h"
#include "kernel/log.h"
#include "kernel/outbox.h"
#include "kernel/session.h"

enum { READ_SIZE = 65536, DRAIN_LIMIT = 16, CHARACTER = 4 };

typedef struct Pipe {
    int from, original;              /* read end; the descriptor as it was */
    char partial[CHARACTER];         /* the start of a character */
    size_t n_partial;
} Pipe;

static Pipe pipes[2] = { { .from = -1 }, { .from = -1 } };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static bool redirect(int fd, Pipe *pipe_)
{
    int ends[2];
    pipe_->original = fcntl(fd, F_DUPFD_CLOEXEC, 10);
    if (pipe(ends) != 0)
        return false;
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    pipe_->from = ends[0];
    bool ok = dup2(ends[1], fd) == fd;
    close(ends[1]);
    return ok;
}

bool capture_start(void)
{
    fflush(NULL);
    for (int fd = 1; fd <= 2; fd++)
        if (!redirect(fd, &pipes[fd - 1]))
            return false;
    log_to(pipes[1].original);
    return true;
}

int capture_fd(int fd)
{
    return pipes[fd - 1].from;
}

/* How many bytes at the end are the start of a character that may still be completed. */
static size_t unfinished(const char *text, size_t len)
{
    for (size_t back = 1; back < CHARACTER && back <= len; back++) {
        unsigned char c = (unsigned char)text[len - back];
        if (c < 0x80)
            return 0;
        if (c >= 0xC2 && c < 0xF5)
            return back < (c >= 0xF0 ? 4u : c >= 0xE0 ? 3u : 2u) ? back : 0;
    }
    return 0;
}

static void publish(int fd, const char *text, size_t len)
{
    Parent *parent = session_parent();
    outbox_stream(parent, fd, (Text){ text, len });
    parent_release(parent);
}

/* One read. False: nothing more is there. */
static bool drain_once(int fd, Pipe *from)
{
    char text[READ_SIZE + CHARACTER];
    memcpy(text, from->partial, from->n_partial);
    ssize_t got = read(from->from, text + from->n_partial, READ_SIZE);
    if (got <= 0)
        return false;
    size_t len = from->n_partial + (size_t)got;
    from->n_partial = unfinished(text, len);
    len -= from->n_partial;
    memcpy(from->partial, text + len, from->n_partial);
    if (len)
        publish(fd, text, len);
    return true;
}

void capture_drain(void)
{
    if (pipes[0].from < 0)
        return;
    pthread_mutex_lock(&lock);
    for (int fd = 1; fd <= 2; fd++)
        for (int i = 0; i < DRAIN_LIMIT && drain_once(fd, &pipes[fd - 1]); i++)
            continue;
    pthread_mutex_unlock(&lock);
}

void capture_stop(void)
{
    if (pipes[0].from < 0)
        return;
    fflush(NULL);
    capture_drain();
    pthread_mutex_lock(&lock);
    for (int fd = 1; fd <= 2; fd++) {
        Pipe *from = &pipes[fd - 1];
        if (from->n_partial)
            publish(fd, from->partial, from->n_partial);
        from->n_partial = 0;
        if (from->original >= 0)
            dup2(from->original, fd);
    }
    pthread_mutex_unlock(&lock);
}
