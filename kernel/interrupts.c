/* interrupts.c -- see interrupts.h */
#include "kernel/interrupts.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

#include "interp/interp.h"
#include "kernel/wake.h"

static _Atomic int running;

static void change_mask(int how)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    pthread_sigmask(how, &set, NULL);
}

void interrupts_block(void)
{
    change_mask(SIG_BLOCK);
}

void interrupts_unblock(void)
{
    change_mask(SIG_UNBLOCK);
}

static void on_signal(int number)
{
    (void)number;
    if (atomic_load(&running) <= 0)
        return;
    interp_interrupt();
    wake_send(WAKE_INTERRUPT);       /* whoever waits for input or for room in the queue */
}

void interrupts_install(void)
{
    struct sigaction action = { .sa_handler = on_signal }; /* no SA_RESTART: blocking calls are to end */
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

void interrupts_begin(void)
{
    atomic_fetch_add(&running, 1);
}

void interrupts_end(void)
{
    if (atomic_fetch_sub(&running, 1) == 1)
        interp_clear_interrupt();
}

void interrupts_raise(void)
{
    pid_t self = getpid();
    kill(getpgrp() == self ? 0 : self, SIGINT);
    if (atomic_load(&running) > 0)
        wake_send(WAKE_INTERRUPT);
}
