// Loaded with LD_PRELOAD: one request for memory fails, the k-th after main() has begun and before it has ended.
//
//   MEMORY_CALLER  whose requests are counted: program, or library: those that HDF5, netCDF and what they use make
//   MEMORY_NUMBER  k, from 1; 0: none
//   MEMORY_COUNT   a file that gets, at the end of main(), how many there were: "program N library M"
//
// A request is malloc, calloc, realloc, posix_memalign, aligned_alloc or memalign, so also C++'s new; whose it is follows from
// where the function returns to.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void* __libc_malloc(size_t);
extern void* __libc_calloc(size_t, size_t);
extern void* __libc_realloc(void*, size_t);
extern void* __libc_memalign(size_t, size_t);

enum { program, library, callers };

static struct {
    uintptr_t begin, end;
} ranges[32];  // of the libraries' code
static int range_count, counting, wanted_caller;
static long wanted_number, counted[callers];

static int note_range(struct dl_phdr_info* info, size_t size, void* nothing) {
    (void)size, (void)nothing;
    static const char* const names[] = {"libhdf5", "libnetcdf", "libcurl", "libxml2", "libsz", "libaec", "libz."};
    for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
        if (!strstr(info->dlpi_name, names[i])) continue;
        for (int j = 0; j < info->dlpi_phnum && range_count < 32; ++j)
            if (info->dlpi_phdr[j].p_type == PT_LOAD && (info->dlpi_phdr[j].p_flags & PF_X)) {
                ranges[range_count].begin = info->dlpi_addr + info->dlpi_phdr[j].p_vaddr;
                ranges[range_count].end = ranges[range_count].begin + info->dlpi_phdr[j].p_memsz;
                ++range_count;
            }
        break;
    }
    return 0;
}

// Does the request fail that returns to this address?
static int fails(const void* address) {
    if (!counting) return 0;
    int caller = program;
    for (int i = 0; i < range_count; ++i)
        if ((uintptr_t)address >= ranges[i].begin && (uintptr_t)address < ranges[i].end) caller = library;
    const long number = __atomic_add_fetch(&counted[caller], 1, __ATOMIC_SEQ_CST);
    if (caller != wanted_caller || number != wanted_number) return 0;
    errno = ENOMEM;
    return 1;
}

#define FAILS fails(__builtin_return_address(0))

void* malloc(size_t size) { return FAILS ? NULL : __libc_malloc(size); }
void* calloc(size_t count, size_t size) { return FAILS ? NULL : __libc_calloc(count, size); }
void* realloc(void* memory, size_t size) { return FAILS ? NULL : __libc_realloc(memory, size); }
void* memalign(size_t alignment, size_t size) { return FAILS ? NULL : __libc_memalign(alignment, size); }
void* aligned_alloc(size_t alignment, size_t size) { return FAILS ? NULL : __libc_memalign(alignment, size); }
int posix_memalign(void** memory, size_t alignment, size_t size) {
    if (FAILS) return ENOMEM;
    *memory = __libc_memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}

// libc's copies of text are their caller's
char* strndup(const char* text, size_t most) {
    const size_t size = strnlen(text, most);
    char* copy = FAILS ? NULL : __libc_malloc(size + 1);
    if (!copy) return NULL;
    copy[size] = '\0';
    return memcpy(copy, text, size);
}
char* strdup(const char* text) {
    const size_t size = strlen(text) + 1;
    char* copy = FAILS ? NULL : __libc_malloc(size);
    return copy ? memcpy(copy, text, size) : NULL;
}
char* __strdup(const char* text) {
    const size_t size = strlen(text) + 1;
    char* copy = FAILS ? NULL : __libc_malloc(size);
    return copy ? memcpy(copy, text, size) : NULL;
}

static int (*real_main)(int, char**, char**);

static int counted_main(int count, char** arguments, char** environment) {
    const char *caller = getenv("MEMORY_CALLER"), *number = getenv("MEMORY_NUMBER"), *report = getenv("MEMORY_COUNT");
    wanted_caller = caller && strcmp(caller, "library") == 0 ? library : program;
    wanted_number = number ? atol(number) : 0;
    dl_iterate_phdr(note_range, NULL);
    counting = 1;
    const int status = real_main(count, arguments, environment);
    counting = 0;
    const int descriptor = report ? open(report, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;
    if (descriptor >= 0) {
        char line[64];
        const int length = snprintf(line, sizeof line, "program %ld library %ld\n", counted[program], counted[library]);
        (void)!write(descriptor, line, (size_t)length);
        close(descriptor);
    }
    return status;
}

int __libc_start_main(int (*main)(int, char**, char**), int count, char** arguments, void (*init)(void), void (*fini)(void),
                      void (*at_end)(void), void* stack_end) {
    int (*next)(int (*)(int, char**, char**), int, char**, void (*)(void), void (*)(void), void (*)(void), void*);
    *(void**)(&next) = dlsym(RTLD_NEXT, "__libc_start_main");
    real_main = main;
    return next(counted_main, count, arguments, init, fini, at_end, stack_end);
}
