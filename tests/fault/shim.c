// Loaded with LD_PRELOAD: makes chosen file operations of the program go wrong, and records all of them. What the fault tests rest on.
//
// Only files under FAULT_FOLDER count. Every operation on them is a line of FAULT_TRACE, after it is over:
//     call  number  name of the file  done|injected  size of the file in bytes
// so that a test can tell what really happened: which fault was injected, and how much of a file a successful fdatasync covered.
//
//   FAULT_CALL     which calls are counted, a comma-separated list: write pwrite fsync fdatasync rename ftruncate open read close flock, or all.
//                  write is also writev and fwrite, open is also fopen, read is also pread.
//   FAULT_FILE     ... and on which files: part of the name (default: any)
//   FAULT_NUMBER   the number of the call that goes wrong, from 1; 0: none
//   FAULT_COUNT    how many from there on (default 1)
//   FAULT_ACTION   EIO, ENOSPC, EINTR, or what flock says where there are no locks, ENOLCK, EOPNOTSUPP, ENOSYS and ENOTSUPP (524, which
//                  has no name outside the kernel): the call fails with it, and nothing happens
//                  short: a write takes half of the bytes, at least one, and says so (stdio deals with that by itself: not for fwrite)
//                  kill: SIGKILL, before the call; a write has then written half of its bytes and one more
//                  sleep: FAULT_SECONDS long, before the call, whatever signals come; the line of the trace is there before the sleep
//
// Apart from files:
//   FAULT_THREADS  how many threads the program gets; each further pthread_create fails with EAGAIN
// Requests for memory that go wrong are in memory_shim.c.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum action { pass, fail, shorten, end, wait_first };

struct verdict {
    enum action action;
    int error;
    long number;
};

// The function that this file stands in front of.
#define NEXT(type, name, ...)         \
    static type (*next)(__VA_ARGS__); \
    if (!next) *(void**)(&next) = dlsym(RTLD_NEXT, name)

static const char* setting(const char* name, const char* fallback) {
    const char* value = getenv(name);
    return value && *value ? value : fallback;
}

static int in_folder(const char* path) {
    const char* folder = getenv("FAULT_FOLDER");
    const size_t length = folder ? strlen(folder) : 0;
    return length && strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

static const char* path_of(int descriptor, char* buffer, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    const ssize_t length = readlink(link, buffer, size - 1);
    buffer[length > 0 ? length : 0] = '\0';
    return buffer;
}

static void record(const char* call, long number, const char* path, const char* what) {
    const int saved = errno;
    const char* trace = getenv("FAULT_TRACE");
    const int descriptor = trace ? (int)syscall(SYS_openat, AT_FDCWD, trace, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666) : -1;
    if (descriptor >= 0) {
        struct stat info;
        char line[4400];
        const long bytes = stat(path, &info) == 0 ? (long)info.st_size : -1;
        const int length = snprintf(line, sizeof line, "%s\t%ld\t%s\t%s\t%ld\n", call, number, strrchr(path, '/') + 1, what, bytes);
        (void)!syscall(SYS_write, descriptor, line, (size_t)length);
        syscall(SYS_close, descriptor);
    }
    errno = saved;
}

static int is_counted(const char* call, const char* path) {
    const char* wanted = setting("FAULT_CALL", "all");
    const char* file = getenv("FAULT_FILE");
    if (file && *file && !strstr(strrchr(path, '/'), file)) return 0;
    if (strcmp(wanted, "all") == 0) return 1;
    const size_t length = strlen(call);
    for (const char* at = strstr(wanted, call); at; at = strstr(at + 1, call))
        if ((at == wanted || at[-1] == ',') && (at[length] == ',' || at[length] == '\0')) return 1;
    return 0;
}

static int error_named(const char* name) {
    static const struct {
        const char* name;
        int error;
    } errors[] = {{"ENOSPC", ENOSPC},         {"EINTR", EINTR},   {"ENOLCK", ENOLCK},
                  {"EOPNOTSUPP", EOPNOTSUPP}, {"ENOSYS", ENOSYS}, {"ENOTSUPP", 524}};
    for (size_t i = 0; i < sizeof errors / sizeof *errors; ++i)
        if (strcmp(name, errors[i].name) == 0) return errors[i].error;
    return EIO;
}

static struct verdict judge(const char* call, const char* path) {
    static long counter;
    struct verdict verdict = {pass, 0, 0};
    if (!is_counted(call, path)) return verdict;
    const char* action = setting("FAULT_ACTION", "EIO");
    verdict.number = __atomic_add_fetch(&counter, 1, __ATOMIC_SEQ_CST);
    const long first = atol(setting("FAULT_NUMBER", "0")), count = atol(setting("FAULT_COUNT", "1"));
    if (first == 0 || verdict.number < first || verdict.number - first >= count) return verdict;
    verdict.action = strcmp(action, "short") == 0   ? shorten
                     : strcmp(action, "kill") == 0  ? end
                     : strcmp(action, "sleep") == 0 ? wait_first
                                                    : fail;
    verdict.error = error_named(action);
    return verdict;
}

static void sleep_through_signals(void) {
    const double seconds = atof(setting("FAULT_SECONDS", "0.5"));
    struct timespec left = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

// Does to a call that moves no bytes what the verdict says. Nonzero: the call is over and has failed, errno is set.
static int befall(const struct verdict* verdict, const char* call, const char* path) {
    if (verdict->action == pass || verdict->action == shorten) return 0;
    record(call, verdict->number, path, "injected");
    if (verdict->action == end) kill(getpid(), SIGKILL);
    if (verdict->action == wait_first) {
        sleep_through_signals();
        return 0;
    }
    errno = verdict->error;
    return 1;
}

static ssize_t all_or_part(const char* call, int descriptor, const char* path, const struct verdict* verdict, size_t size,
                           ssize_t (*move)(int, const void*, size_t, off_t), const void* bytes, off_t at) {
    if (verdict->action == end) move(descriptor, bytes, size / 2 + (size > 1), at);
    if (befall(verdict, call, path)) return -1;
    const int halved = verdict->action == shorten && size > 1;
    const ssize_t moved = move(descriptor, bytes, halved ? size / 2 : size, at);
    if (verdict->action != wait_first) record(call, verdict->number, path, halved ? "injected" : "done");
    return moved;
}

static ssize_t plain_write(int descriptor, const void* bytes, size_t size, off_t at) {
    (void)at;
    NEXT(ssize_t, "write", int, const void*, size_t);
    return next(descriptor, bytes, size);
}

static ssize_t plain_pwrite(int descriptor, const void* bytes, size_t size, off_t at) {
    NEXT(ssize_t, "pwrite", int, const void*, size_t, off_t);
    return next(descriptor, bytes, size, at);
}

ssize_t write(int descriptor, const void* bytes, size_t size) {
    char path[4096];
    if (!in_folder(path_of(descriptor, path, sizeof path))) return plain_write(descriptor, bytes, size, 0);
    const struct verdict verdict = judge("write", path);
    return all_or_part("write", descriptor, path, &verdict, size, plain_write, bytes, 0);
}

ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t at) {
    char path[4096];
    if (!in_folder(path_of(descriptor, path, sizeof path))) return plain_pwrite(descriptor, bytes, size, at);
    const struct verdict verdict = judge("pwrite", path);
    return all_or_part("pwrite", descriptor, path, &verdict, size, plain_pwrite, bytes, at);
}
ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off_t at) { return pwrite(descriptor, bytes, size, at); }

// A call on `descriptor_or_path` that moves no bytes from memory to a file.
#define WITH_FAULT(call, path, failed, expression)                              \
    do {                                                                        \
        const struct verdict verdict = judge(call, path);                       \
        if (befall(&verdict, call, path)) return failed;                        \
        const __typeof__(expression) result = expression;                       \
        if (verdict.action == pass) record(call, verdict.number, path, "done"); \
        return result;                                                          \
    } while (0)

#define ON_DESCRIPTOR(type, function, call, parameters, arguments, ...)                \
    type function parameters {                                                         \
        NEXT(type, #function, __VA_ARGS__);                                            \
        char path[4096];                                                               \
        if (!in_folder(path_of(descriptor, path, sizeof path))) return next arguments; \
        WITH_FAULT(call, path, -1, next arguments);                                    \
    }

ON_DESCRIPTOR(int, fsync, "fsync", (int descriptor), (descriptor), int)
ON_DESCRIPTOR(int, fdatasync, "fdatasync", (int descriptor), (descriptor), int)
ON_DESCRIPTOR(int, close, "close", (int descriptor), (descriptor), int)
ON_DESCRIPTOR(int, flock, "flock", (int descriptor, int operation), (descriptor, operation), int, int)
ON_DESCRIPTOR(int, ftruncate, "ftruncate", (int descriptor, off_t size), (descriptor, size), int, off_t)
ON_DESCRIPTOR(int, ftruncate64, "ftruncate", (int descriptor, off_t size), (descriptor, size), int, off_t)
ON_DESCRIPTOR(ssize_t, read, "read", (int descriptor, void* bytes, size_t size), (descriptor, bytes, size), int, void*, size_t)
ON_DESCRIPTOR(ssize_t, pread, "read", (int descriptor, void* bytes, size_t size, off_t at), (descriptor, bytes, size, at), int, void*,
              size_t, off_t)
ON_DESCRIPTOR(ssize_t, pread64, "read", (int descriptor, void* bytes, size_t size, off_t at), (descriptor, bytes, size, at), int, void*,
              size_t, off_t)
ON_DESCRIPTOR(ssize_t, writev, "write", (int descriptor, const struct iovec* parts, int count), (descriptor, parts, count), int,
              const struct iovec*, int)

size_t fwrite(const void* bytes, size_t size, size_t count, FILE* file) {
    NEXT(size_t, "fwrite", const void*, size_t, size_t, FILE*);
    char path[4096];
    if (!in_folder(path_of(fileno(file), path, sizeof path))) return next(bytes, size, count, file);
    const struct verdict verdict = judge("write", path);
    if (verdict.action == end) {
        next(bytes, size, count / 2 + (count > 1), file);
        fflush(file);
    }
    if (befall(&verdict, "write", path)) return 0;
    const size_t written = next(bytes, size, count, file);
    if (verdict.action != wait_first) record("write", verdict.number, path, "done");
    return written;
}

int rename(const char* from, const char* to) {
    NEXT(int, "rename", const char*, const char*);
    if (!in_folder(to)) return next(from, to);
    WITH_FAULT("rename", to, -1, next(from, to));
}

#define OPENS(function)                                                   \
    int function(const char* path, int flags, ...) {                      \
        NEXT(int, #function, const char*, int, ...);                      \
        va_list rest;                                                     \
        va_start(rest, flags);                                            \
        const mode_t mode = (flags & O_CREAT) ? va_arg(rest, mode_t) : 0; \
        va_end(rest);                                                     \
        if (!in_folder(path)) return next(path, flags, mode);             \
        WITH_FAULT("open", path, -1, next(path, flags, mode));            \
    }
OPENS(open)
OPENS(open64)

#define FOPENS(function)                                  \
    FILE* function(const char* path, const char* mode) {  \
        NEXT(FILE*, #function, const char*, const char*); \
        if (!in_folder(path)) return next(path, mode);    \
        WITH_FAULT("open", path, NULL, next(path, mode)); \
    }
FOPENS(fopen)
FOPENS(fopen64)

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*work)(void*), void* argument) {
    NEXT(int, "pthread_create", pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
    static long given;
    const char* most = getenv("FAULT_THREADS");
    if (most && *most && __atomic_add_fetch(&given, 1, __ATOMIC_SEQ_CST) > atol(most)) return EAGAIN;
    return next(thread, attributes, work, argument);
}
