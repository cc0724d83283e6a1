#pragma once
/* Which instructions code goes through, one by one: the same for any secrets, or it is not constant
 * time. Addresses of memory are not looked at. It works where a process may trace its child, also
 * for instructions that valgrind does not know. */
#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <sys/ptrace.h>
#include <sys/user.h>
#endif

/* The thread sanitizer's own code, called for every access, does not go through the same steps. */
#if defined(__SANITIZE_THREAD__)
#define TRACES_OWN_CODE 0
#elif defined(__has_feature)
#define TRACES_OWN_CODE (!__has_feature(thread_sanitizer))
#else
#define TRACES_OWN_CODE 1
#endif

/* A digest of the addresses of all instructions of run(context), in a child; 0 where the system
 * does not let one look. */
#if defined(__x86_64__) && TRACES_OWN_CODE
static inline uint64_t test_trace(void (*run)(void *context), void *context)
{
    uint64_t digest = 1;
    int status;
    const pid_t child = fork();
    if (child < 0)
        return 0;
    if (child == 0) {
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        raise(SIGSTOP);
        run(context);
        _exit(0);
    }
    while (waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
        struct user_regs_struct at;
        if ((WSTOPSIG(status) != SIGSTOP && WSTOPSIG(status) != SIGTRAP) ||
            ptrace(PTRACE_GETREGS, child, NULL, &at) != 0 ||
            ptrace(PTRACE_SINGLESTEP, child, NULL, NULL) != 0) {
            kill(child, SIGKILL);
            continue;
        }
        digest = (digest ^ at.rip) * 0x9e3779b97f4a7c15u;
    }
    return WIFEXITED(status) ? digest : 0;
}
#else
static inline uint64_t test_trace(void (*run)(void *context), void *context)
{
    (void)run;
    (void)context;
    return 0;
}
#endif
