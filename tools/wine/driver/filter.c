/*
 * filter.c - runs code of the official WinDivert.dll inside a Linux process.
 *
 * The DLL is small, links no C run-time, and CompileFilter and EvalFilter are pure computation over a private heap: mapped at its
 * preferred base it can be called with the Microsoft calling convention. An import that this part does not need ends the program.
 * x86-64 only; one heap, so one caller at a time.
 */
#include "filter.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MICROSOFT __attribute__((ms_abi))

typedef int MICROSOFT (*eval_function)(const char *filter, const void *packet, unsigned length, const void *address);
typedef int MICROSOFT (*compile_function)(const char *filter, int layer, char *object, unsigned size, const char **error, unsigned *at);

static eval_function eval;
static compile_function compile;

/* ---- what the mapped code imports from KERNEL32 ---- */
static uint8_t heap[1 << 19];
static size_t heap_top;
static uint32_t last_error;

static MICROSOFT void *heap_create(uint32_t options, size_t initial, size_t maximum)
{
    (void)options; (void)initial; (void)maximum;
    heap_top = 0;
    return heap;
}

static MICROSOFT void *heap_alloc(void *from, uint32_t flags, size_t size)
{
    enum { ZEROED = 8 };
    uint8_t *at = (uint8_t *)from + heap_top;
    size = (size + 15) & ~(size_t)15;
    if (heap_top + size > sizeof heap) return NULL;
    heap_top += size;
    if (flags & ZEROED) memset(at, 0, size);
    return at;
}

static MICROSOFT int heap_destroy(void *which) { (void)which; heap_top = 0; return 1; }
static MICROSOFT void set_last_error(uint32_t error) { last_error = error; }
static MICROSOFT uint32_t get_last_error(void) { return last_error; }

static MICROSOFT void not_provided(void)
{
    fprintf(stderr, "filter: the DLL called an import that is not provided\n");
    abort();
}

static uint64_t import(const char *name)
{
    static const struct { const char *name; void *function; } kernel32[] = {
        {"HeapCreate", heap_create}, {"HeapAlloc", heap_alloc}, {"HeapDestroy", heap_destroy},
        {"SetLastError", set_last_error}, {"GetLastError", get_last_error}};
    for (unsigned i = 0; i < sizeof kernel32 / sizeof *kernel32; i++)
        if (!strcmp(name, kernel32[i].name)) return (uint64_t)kernel32[i].function;
    return (uint64_t)not_provided;
}

/* ---- the PE image; offsets as in the format's specification ---- */
static uint32_t word(const uint8_t *at) { return *(const uint32_t *)at; }

static uint8_t *map_sections(const uint8_t *file)
{
    const uint8_t *header = file + word(file + 0x3c), *optional = header + 24;
    unsigned sections = *(const uint16_t *)(header + 6);
    void *wanted = (void *)*(const uintptr_t *)(optional + 24);
    uint8_t *base = mmap(wanted, word(optional + 56), PROT_READ | PROT_WRITE | PROT_EXEC,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (base == MAP_FAILED) return NULL;
    for (const uint8_t *s = optional + *(const uint16_t *)(header + 20); sections--; s += 40) {
        uint32_t size = word(s + 8), to = word(s + 12), raw_size = word(s + 16), from = word(s + 20);
        if (from) memcpy(base + to, file + from, raw_size < size ? raw_size : size);
    }
    return base;
}

static void bind_imports(uint8_t *base, const uint8_t *optional)
{
    for (uint32_t *library = (uint32_t *)(base + word(optional + 120)); library[3]; library += 5)
        for (uint8_t *slot = base + library[4];; slot += sizeof(uint64_t)) {                /* which may lie askew */
            uint64_t value;
            memcpy(&value, slot, sizeof value);
            if (!value) break;
            value = import((const char *)base + value + 2);
            memcpy(slot, &value, sizeof value);
        }
}

static void find_exports(uint8_t *base, const uint8_t *optional)
{
    uint32_t *directory = (uint32_t *)(base + word(optional + 112));
    uint32_t *functions = (uint32_t *)(base + directory[7]), *names = (uint32_t *)(base + directory[8]);
    uint16_t *ordinals = (uint16_t *)(base + directory[9]);
    for (unsigned i = 0; i < directory[6]; i++) {
        const char *name = (char *)base + names[i];
        void *function = base + functions[ordinals[i]];
        if (!strcmp(name, "WinDivertHelperEvalFilter")) eval = (eval_function)function;
        if (!strcmp(name, "WinDivertHelperCompileFilter")) compile = (compile_function)function;
    }
}

int filter_load(const char *dll)
{
    struct stat status;
    int fd = open(dll, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status)) return -1;
    uint8_t *file = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (file == MAP_FAILED || status.st_size < 0x400 || file[0] != 'M') return -1;
    uint8_t *base = map_sections(file);
    const uint8_t *optional = file + word(file + 0x3c) + 24;
    if (base) {
        bind_imports(base, optional);
        find_exports(base, optional);
    }
    munmap(file, status.st_size);
    return eval && compile ? 0 : -1;
}

int filter_compile(const char *text, int layer, char *object)
{
    return compile(text, layer, object, FILTER_OBJECT_MAX, NULL, NULL);
}

int filter_matches(const char *filter, const void *packet, unsigned length, const divert_address *address)
{
    return eval(filter, packet, length, address);
}
