/*
 * A CUDA driver without a GPU, for tests of everything around the kernels. Device memory is host memory, so copies and
 * memsets work; kernels are not executed, their launches are written down. It knows the rules that a driver's caller has to
 * keep and says where one is broken. Compiled with -DGANGPU_STUB_PTX and linked with ptx_*.cpp it executes kernels too, in
 * that interpreter, which checks what a GPU does not.
 *
 *   GANGPU_STUB_LOG         one line a call goes to this file, and a line starting with FAULT for each broken rule;
 *                           written out at exit and whenever gangpu_stub_mark is called
 *   GANGPU_STUB_FREE_BYTES  this much memory is free, and no more
 *   GANGPU_STUB_NO_CAPTURE  1: streams can't be captured (CUDA_ERROR_NOT_SUPPORTED)
 *   GANGPU_STUB_NO_GRAPH    1: a captured graph can't be instantiated (CUDA_ERROR_OUT_OF_MEMORY)
 *   GANGPU_STUB_FAIL_AT     the graph launch of this number fails as a kernel with a fault does (CUDA_ERROR_LAUNCH_FAILED), and so
 *                           does whatever is asked of the context from then on
 *   GANGPU_STUB_NO_UPLOAD   1: an instantiated graph does not fit the device (the same error)
 *
 * With -DGANGPU_STUB_OLD it is a driver from before CUDA 11.4, which can't instantiate a graph.
 * Build: gcc -shared -fPIC -pthread -o libcuda.so.1 libcuda.c
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum
{
    SUCCESS = 0,
    INVALID_VALUE = 1,
    OUT_OF_MEMORY = 2,
    NOT_INITIALIZED = 3,
    INVALID_DEVICE = 101,
    INVALID_CONTEXT = 201,
    INVALID_PTX = 218,
    INVALID_HANDLE = 400,
    LAUNCH_FAILED = 719,
    NOT_SUPPORTED = 801,
    CAPTURE_UNSUPPORTED = 900,
    CAPTURE_INVALIDATED = 901,
    ILLEGAL_STATE = 401
};

#define TOTAL_MEMORY (16LL << 30)
#define SHARED_PER_BLOCK (48 * 1024)
#define SHARED_PER_BLOCK_OPTIN (227 * 1024)
#define MOST_THREADS 1024

/* What a handle points at. Objects are never freed, so that a handle used after its end is recognised. */
typedef enum { CONTEXT, STREAM, MODULE, FUNCTION, EVENT, MEMORY, HOST_MEMORY, GRAPH, EXEC, KINDS } Kind;
static const char *const kindNames[KINDS] = {"context", "stream", "module", "function", "event", "memory", "host memory", "graph", "graph exec"};

/* Pointers among a kernel's arguments, at most; the rest are not followed. */
#define MOST_POINTERS 32

typedef enum { KERNEL, COPY, FILL } NodeKind;

#ifdef GANGPU_STUB_PTX
#include "ptx.h"
#else
typedef struct ptx_module ptx_module;
#endif

struct Object;

typedef struct
{
    NodeKind kind;
    struct Object *function;
    struct Object *memory[MOST_POINTERS];
    int memoryCount;
    unsigned grid[3], block[3], shared;
    char *arguments; /* a copy */
    size_t argumentBytes;
    char *target;
    const char *source;
    size_t bytes;
    unsigned char value;
} Node;

typedef struct Object
{
    uint64_t magic;
    Kind kind;
    int id;
    int alive;
    struct Object *next, *previous; /* among the living ones of its kind */
    struct Object *context;
    char name[200]; /* function */
    struct Object *module;
    ptx_module *code; /* module */
    char *address; /* memory */
    size_t bytes;
    int capturing, invalidated; /* stream */
    pthread_t capturer;
    Node *nodes; /* stream that captures, graph, graph exec */
    int nodeCount, nodeRoom;
    double time; /* event */
} Object;

#define MAGIC 0x6a11b0b57ab1e5ULL

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static FILE *file;
static int opened, closed, started;
static Object *living[KINDS];
static int created[KINDS];
static size_t used;
static __thread Object *current;   /* this thread's context */
static __thread Object *capturing; /* the stream this thread captures */

static void line(const char *format, ...)
{
    const char *path = getenv("GANGPU_STUB_LOG");
    if (!opened && path)
    {
        opened = 1;
        file = fopen(path, "a");
        if (file)
            setvbuf(file, NULL, _IOFBF, 1 << 20);
    }
    if (!file || closed)
        return;
    va_list arguments;
    va_start(arguments, format);
    vfprintf(file, format, arguments);
    va_end(arguments);
    fputc('\n', file);
}

#define FAULT(...) line("FAULT " __VA_ARGS__)
#define LOCK pthread_mutex_lock(&gate)
#define DONE(code)                       \
    do                                   \
    {                                    \
        int done = (code);               \
        pthread_mutex_unlock(&gate);     \
        return done;                     \
    } while (0)

/* Whether a fault has made the context useless. */
static int broken;

static int breaks(void)
{
    static long launches;
    const char *at = getenv("GANGPU_STUB_FAIL_AT");
    if (at && ++launches == strtol(at, NULL, 10))
        broken = 1;
    return broken;
}

static Object *make(Kind kind)
{
    Object *object = calloc(1, sizeof *object);
    object->magic = MAGIC;
    object->kind = kind;
    object->id = ++created[kind];
    object->alive = 1;
    object->context = current;
    object->next = living[kind];
    if (object->next)
        object->next->previous = object;
    living[kind] = object;
    return object;
}

static void end(Object *object)
{
    object->alive = 0;
    if (object->next)
        object->next->previous = object->previous;
    if (object->previous)
        object->previous->next = object->next;
    else
        living[object->kind] = object->next;
}

/* A handle that is to be of a kind and alive, itself and its context. */
static Object *check(const char *call, void *handle, Kind kind)
{
    Object *object = handle;
    if (!object || object->magic != MAGIC || object->kind != kind)
    {
        FAULT("%s: no %s", call, kindNames[kind]);
        return NULL;
    }
    if (!object->alive)
    {
        FAULT("%s: %s %d is gone", call, kindNames[kind], object->id);
        return NULL;
    }
    if (object->context && !object->context->alive)
    {
        FAULT("%s: %s %d after the end of its context", call, kindNames[kind], object->id);
        return NULL;
    }
    return object;
}

static int streamId(void *stream) { return stream ? ((Object *)stream)->id : 0; }

/* Whether this thread has a context that lives. */
static int hasContext(const char *call)
{
    if (current && current->alive)
        return 1;
    FAULT("%s on a thread without a context", call);
    return 0;
}

/* What waits, allocates or frees must not happen on a thread that captures: the driver refuses it, and the capture is lost. */
static int forbidden(const char *call)
{
    if (!capturing)
        return 0;
    FAULT("%s while stream %d is capturing on this thread", call, capturing->id);
    capturing->invalidated = 1;
    return 1;
}

static Object *memoryAt(const char *address)
{
    for (Object *memory = living[MEMORY]; memory; memory = memory->next)
        if (address >= memory->address && address < memory->address + memory->bytes)
            return memory;
    return NULL;
}

static Node *addNode(Object *to)
{
    if (to->nodeCount == to->nodeRoom)
    {
        to->nodeRoom = to->nodeRoom ? 2 * to->nodeRoom : 64;
        to->nodes = realloc(to->nodes, to->nodeRoom * sizeof(Node));
    }
    Node *node = &to->nodes[to->nodeCount++];
    memset(node, 0, sizeof *node);
    return node;
}

static void useMemory(Node *node, const char *address)
{
    Object *memory = memoryAt(address);
    if (memory && node->memoryCount < MOST_POINTERS)
        node->memory[node->memoryCount++] = memory;
}

#ifdef GANGPU_STUB_PTX
/* Called from the interpreter's threads while this driver's lock is held, so that no memory comes or goes. */
static int isMemory(void *unused, unsigned long long address, size_t bytes)
{
    static __thread const Object *latest[4];
    static __thread unsigned next;
    const char *at = (const char *)address;
    (void)unused;
    for (int i = 0; i < 4; i++)
        if (latest[i] && latest[i]->alive && at >= latest[i]->address && at + bytes <= latest[i]->address + latest[i]->bytes)
            return 1;
    const Object *memory = memoryAt(at);
    if (!memory || at + bytes > memory->address + memory->bytes)
        return 0;
    latest[next++ % 4] = memory;
    return 1;
}

static int execute(Node *node)
{
    char error[1024] = "";
    if (!ptx_launch(node->function->module->code, node->function->name, node->grid, node->block, node->shared, node->arguments, node->argumentBytes, isMemory, NULL, error, sizeof error))
        return SUCCESS;
    FAULT("%s", error);
    fprintf(stderr, "%s\n", error);
    return LAUNCH_FAILED;
}
#else
static int execute(Node *node)
{
    (void)node;
    return SUCCESS;
}
#endif

static int kernels(const Object *of)
{
    int count = 0;
    for (int i = 0; i < of->nodeCount; i++)
        count += of->nodes[i].kind == KERNEL;
    return count;
}

__attribute__((destructor)) static void atExit(void)
{
    LOCK;
    for (int kind = 0; kind < KINDS; kind++)
    {
        if (kind == FUNCTION) /* ends with its module */
            continue;
        for (Object *object = living[kind]; object; object = object->next)
            FAULT("%s %d is alive at exit (%zu bytes)", kindNames[kind], object->id, object->bytes);
    }
    line("exit");
    if (file)
        fclose(file);
    closed = 1;
    pthread_mutex_unlock(&gate);
}

/* For tests: a line of their own, and everything before it is in the file from then on. */
void gangpu_stub_mark(const char *text)
{
    LOCK;
    line("mark %s", text);
    if (file)
        fflush(file);
    pthread_mutex_unlock(&gate);
}

/* ---- driver and device ---- */

int cuInit(unsigned flags)
{
    LOCK;
    line("cuInit flags=%u", flags);
    started = 1;
    DONE(SUCCESS);
}

int cuDriverGetVersion(int *version)
{
    *version = 12080;
    return SUCCESS;
}

int cuGetErrorString(int error, const char **text)
{
    *text = error == OUT_OF_MEMORY ? "out of memory" : error == NOT_SUPPORTED ? "operation not supported" : "error of the stub driver";
    return SUCCESS;
}

int cuDeviceGetCount(int *count)
{
    *count = started ? 1 : 0;
    return started ? SUCCESS : NOT_INITIALIZED;
}

int cuDeviceGet(int *device, int ordinal)
{
    *device = 0;
    return ordinal == 0 ? SUCCESS : INVALID_DEVICE;
}

int cuDeviceGetName(char *name, int length, int device)
{
    (void)device;
    snprintf(name, length, "Stub GPU");
    return SUCCESS;
}

static size_t limit(void)
{
    const char *bytes = getenv("GANGPU_STUB_FREE_BYTES");
    return bytes ? strtoull(bytes, NULL, 10) : (size_t)TOTAL_MEMORY;
}

int cuDeviceTotalMem_v2(size_t *bytes, int device)
{
    (void)device;
    *bytes = TOTAL_MEMORY;
    return SUCCESS;
}

int cuDeviceGetAttribute(int *value, int attribute, int device)
{
    (void)device;
    switch (attribute)
    {
    case 1: case 2: case 3: *value = MOST_THREADS; break;    /* threads of a block; along x, y */
    case 4: *value = 64; break;                              /* along z */
    case 5: *value = 2147483647; break;                      /* blocks along x */
    case 6: case 7: *value = 65535; break;                   /* along y, z */
    case 8: *value = SHARED_PER_BLOCK; break;
    case 9: *value = 65536; break;                           /* constant memory */
    case 10: *value = 32; break;                             /* warp */
    case 11: *value = 2147483647; break;                     /* pitch */
    case 12: *value = 65536; break;                          /* registers of a block */
    case 13: *value = 1980000; break;                        /* clock, kHz */
    case 16: *value = 132; break;                            /* multiprocessors */
    case 19: case 31: case 41: *value = 1; break;            /* maps host memory, concurrent kernels, unified addresses */
    case 36: *value = 2619000; break;                        /* memory clock, kHz */
    case 37: *value = 5120; break;                           /* bus width */
    case 38: *value = 50 << 20; break;                       /* L2 */
    case 39: *value = 2048; break;                           /* threads of a multiprocessor */
    case 40: *value = 3; break;                              /* copy engines */
    case 75: *value = 9; break;                              /* compute capability */
    case 76: *value = 0; break;
    case 81: *value = 228 * 1024; break;                     /* shared memory of a multiprocessor */
    case 82: *value = 65536; break;                          /* registers of a multiprocessor */
    case 83: case 90: case 91: *value = 1; break;            /* managed memory, preemption, registered host pointers */
    case 97: *value = SHARED_PER_BLOCK_OPTIN; break;
    default: *value = 0; break;
    }
    return SUCCESS;
}

int cuDeviceCanAccessPeer(int *can, int device, int peer) { (void)device; (void)peer; *can = 0; return SUCCESS; }
int cuDeviceGetP2PAttribute(int *value, int attribute, int from, int to) { (void)attribute; (void)from; (void)to; *value = 0; return SUCCESS; }
int cuCtxEnablePeerAccess(void *context, unsigned flags) { (void)context; (void)flags; return 217; }
int cuCtxDisablePeerAccess(void *context) { (void)context; return 705; }

/* ---- contexts ---- */

int cuCtxCreate_v2(void **context, unsigned flags, int device)
{
    LOCK;
    if (!started || device != 0)
        DONE(started ? INVALID_DEVICE : NOT_INITIALIZED);
    Object *made = make(CONTEXT);
    made->context = NULL;
    current = made;
    *context = made;
    line("cuCtxCreate_v2 flags=%u -> context %d", flags, made->id);
    DONE(SUCCESS);
}

int cuCtxDestroy_v2(void *context)
{
    LOCK;
    forbidden("cuCtxDestroy_v2");
    Object *object = check("cuCtxDestroy_v2", context, CONTEXT);
    if (!object)
        DONE(INVALID_CONTEXT);
    line("cuCtxDestroy_v2 context=%d", object->id);
    /* The driver would take a context's memory and streams with it; a graph exec that is still there is a mistake in order. */
    for (Object *exec = living[EXEC]; exec; exec = exec->next)
        if (exec->context == object)
            FAULT("cuCtxDestroy_v2: context %d ends before graph exec %d", object->id, exec->id);
    end(object);
    if (current == object)
        current = NULL;
    DONE(SUCCESS);
}

int cuCtxSetCurrent(void *context)
{
    LOCK;
    line("cuCtxSetCurrent context=%d", streamId(context));
    if (context && !check("cuCtxSetCurrent", context, CONTEXT))
        DONE(INVALID_CONTEXT);
    current = context;
    DONE(SUCCESS);
}

int cuCtxSynchronize(void)
{
    LOCK;
    if (broken)
        DONE(LAUNCH_FAILED);
    line("cuCtxSynchronize");
    if (forbidden("cuCtxSynchronize"))
        DONE(CAPTURE_UNSUPPORTED);
    DONE(hasContext("cuCtxSynchronize") ? SUCCESS : INVALID_CONTEXT);
}

int cuCtxGetCacheConfig(int *config) { *config = 0; return SUCCESS; }
int cuCtxSetCacheConfig(int config) { (void)config; return SUCCESS; }
int cuCtxGetSharedMemConfig(int *config) { *config = 0; return SUCCESS; }
int cuCtxSetSharedMemConfig(int config) { (void)config; return SUCCESS; }

/* ---- memory ---- */

int cuMemGetInfo_v2(size_t *freeBytes, size_t *total)
{
    LOCK;
    *freeBytes = limit() > used ? limit() - used : 0;
    *total = TOTAL_MEMORY;
    DONE(hasContext("cuMemGetInfo_v2") ? SUCCESS : INVALID_CONTEXT);
}

int cuMemAlloc_v2(void **address, size_t bytes)
{
    LOCK;
    if (broken)
        DONE(LAUNCH_FAILED);
    if (forbidden("cuMemAlloc_v2"))
        DONE(CAPTURE_UNSUPPORTED);
    if (!hasContext("cuMemAlloc_v2"))
        DONE(INVALID_CONTEXT);
    if (bytes == 0)
        DONE(INVALID_VALUE);
    /* Zeroed, although a driver promises nothing: what kernels would have written is then at least a number. */
    char *block = used + bytes > limit() ? NULL : calloc(1, bytes);
    if (!block)
    {
        line("cuMemAlloc_v2 bytes=%zu -> out of memory", bytes);
        DONE(OUT_OF_MEMORY);
    }
    Object *memory = make(MEMORY);
    memory->address = block;
    memory->bytes = bytes;
    used += bytes;
    *address = block;
    line("cuMemAlloc_v2 bytes=%zu -> memory %d", bytes, memory->id);
    DONE(SUCCESS);
}

int cuMemFree_v2(void *address)
{
    LOCK;
    if (broken)
        DONE(LAUNCH_FAILED);
    if (forbidden("cuMemFree_v2"))
        DONE(CAPTURE_UNSUPPORTED);
    /* As the real one does. ILGPU frees it for a buffer that got no memory. */
    if (!address)
    {
        line("cuMemFree_v2(0)");
        DONE(SUCCESS);
    }
    Object *memory = memoryAt(address);
    if (!memory || memory->address != address)
    {
        FAULT("cuMemFree_v2 of %p, which is not allocated", address);
        DONE(INVALID_VALUE);
    }
    line("cuMemFree_v2 memory=%d bytes=%zu", memory->id, memory->bytes);
    for (Object *exec = living[EXEC]; exec; exec = exec->next)
        for (int i = 0, told = 0; i < exec->nodeCount && !told; i++)
            for (int j = 0; j < exec->nodes[i].memoryCount && !told; j++)
                if (exec->nodes[i].memory[j] == memory)
                {
                    FAULT("cuMemFree_v2 of memory %d, which graph exec %d uses", memory->id, exec->id);
                    told = 1;
                }
    used -= memory->bytes;
    end(memory);
    free(memory->address);
    DONE(SUCCESS);
}

int cuMemAllocHost_v2(void **address, size_t bytes)
{
    LOCK;
    if (forbidden("cuMemAllocHost_v2"))
        DONE(CAPTURE_UNSUPPORTED);
    Object *memory = make(HOST_MEMORY);
    memory->address = calloc(1, bytes);
    memory->bytes = bytes;
    *address = memory->address;
    line("cuMemAllocHost_v2 bytes=%zu -> host memory %d", bytes, memory->id);
    DONE(SUCCESS);
}

int cuMemFreeHost(void *address)
{
    LOCK;
    if (forbidden("cuMemFreeHost"))
        DONE(CAPTURE_UNSUPPORTED);
    if (!address)
        DONE(SUCCESS);
    for (Object *memory = living[HOST_MEMORY]; memory; memory = memory->next)
        if (memory->address == address)
        {
            line("cuMemFreeHost host memory=%d", memory->id);
            end(memory);
            free(address);
            DONE(SUCCESS);
        }
    FAULT("cuMemFreeHost of %p, which is not allocated", address);
    DONE(INVALID_VALUE);
}

int cuMemHostRegister_v2(void *address, size_t bytes, unsigned flags) { (void)address; (void)bytes; (void)flags; return SUCCESS; }
int cuMemHostUnregister(void *address) { (void)address; return SUCCESS; }
int cuMemHostGetDevicePointer_v2(void **device, void *host, unsigned flags) { (void)flags; *device = host; return SUCCESS; }

int cuPointerGetAttribute(void *value, int attribute, void *address)
{
    LOCK;
    Object *memory = memoryAt(address);
    if (!memory || attribute != 2) /* only the kind of memory, 2 of which is a device's */
        DONE(INVALID_VALUE);
    *(unsigned *)value = 2;
    DONE(SUCCESS);
}

static Object *insideMemory(const char *call, const char *address, size_t bytes)
{
    Object *memory = memoryAt(address);
    if (memory && address + bytes > memory->address + memory->bytes)
        FAULT("%s leaves memory %d: %zu bytes at %zu of %zu", call, memory->id, bytes, (size_t)(address - memory->address), memory->bytes);
    return memory;
}

static int copy(const char *call, char *target, const char *source, size_t bytes, Object *stream)
{
    if (!hasContext(call) || (stream && !check(call, stream, STREAM)))
        return INVALID_CONTEXT;
    Object *to = insideMemory(call, target, bytes), *from = insideMemory(call, source, bytes);
    line("%s %c to %c bytes=%zu stream=%d", call, from ? 'D' : 'H', to ? 'D' : 'H', bytes, streamId(stream));
    if (stream && stream->capturing)
    {
        if (!to || !from)
        {
            FAULT("%s between host and device while stream %d is capturing", call, stream->id);
            stream->invalidated = 1;
            return CAPTURE_UNSUPPORTED;
        }
        Node *node = addNode(stream);
        node->kind = COPY;
        node->target = target;
        node->source = source;
        node->bytes = bytes;
        useMemory(node, target);
        useMemory(node, source);
        return SUCCESS;
    }
    memmove(target, source, bytes);
    return SUCCESS;
}

int cuMemcpyAsync(void *target, const void *source, size_t bytes, void *stream)
{
    LOCK;
    if (broken)
        DONE(LAUNCH_FAILED);
    if (!stream && forbidden("cuMemcpyAsync on the default stream"))
        DONE(CAPTURE_UNSUPPORTED);
    DONE(copy("cuMemcpyAsync", target, source, bytes, stream));
}

static int copyNow(const char *call, void *target, const void *source, size_t bytes)
{
    LOCK;
    if (broken)
        DONE(LAUNCH_FAILED);
    if (forbidden(call))
        DONE(CAPTURE_UNSUPPORTED);
    DONE(copy(call, target, source, bytes, NULL));
}

int cuMemcpy(void *target, void *source, size_t bytes) { return copyNow("cuMemcpy", target, source, bytes); }
int cuMemcpyHtoD_v2(void *target, const void *source, size_t bytes) { return copyNow("cuMemcpyHtoD_v2", target, source, bytes); }
int cuMemcpyDtoH_v2(void *target, void *source, size_t bytes) { return copyNow("cuMemcpyDtoH_v2", target, source, bytes); }
int cuMemcpyDtoD_v2(void *target, void *source, size_t bytes) { return copyNow("cuMemcpyDtoD_v2", target, source, bytes); }

int cuMemsetD8Async(void *target, unsigned char value, size_t bytes, void *stream)
{
    LOCK;
    if (broken)
        DONE(LAUNCH_FAILED);
    line("cuMemsetD8Async bytes=%zu value=%u stream=%d", bytes, value, streamId(stream));
    if (!hasContext("cuMemsetD8Async") || (stream && !check("cuMemsetD8Async", stream, STREAM)))
        DONE(INVALID_CONTEXT);
    if (!insideMemory("cuMemsetD8Async", target, bytes))
        DONE(INVALID_VALUE);
    Object *object = stream;
    if (object && object->capturing)
    {
        Node *node = addNode(object);
        node->kind = FILL;
        node->target = target;
        node->bytes = bytes;
        node->value = value;
        useMemory(node, target);
        DONE(SUCCESS);
    }
    memset(target, value, bytes);
    DONE(SUCCESS);
}

/* ---- streams and events ---- */

int cuStreamCreateWithPriority(void **stream, unsigned flags, int priority)
{
    LOCK;
    (void)priority;
    if (!hasContext("cuStreamCreate"))
        DONE(INVALID_CONTEXT);
    Object *made = make(STREAM);
    *stream = made;
    line("cuStreamCreate flags=%u -> stream %d", flags, made->id);
    DONE(SUCCESS);
}

int cuStreamCreate(void **stream, unsigned flags) { return cuStreamCreateWithPriority(stream, flags, 0); }

int cuStreamDestroy_v2(void *stream)
{
    LOCK;
    Object *object = check("cuStreamDestroy_v2", stream, STREAM);
    if (!object)
        DONE(INVALID_HANDLE);
    line("cuStreamDestroy_v2 stream=%d", object->id);
    if (object->capturing)
        FAULT("cuStreamDestroy_v2: stream %d is capturing", object->id);
    end(object);
    DONE(SUCCESS);
}

int cuStreamSynchronize(void *stream)
{
    LOCK;
    if (broken)
        DONE(LAUNCH_FAILED);
    line("cuStreamSynchronize stream=%d", streamId(stream));
    if (stream && !check("cuStreamSynchronize", stream, STREAM))
        DONE(INVALID_HANDLE);
    if (forbidden("cuStreamSynchronize"))
        DONE(CAPTURE_UNSUPPORTED);
    Object *object = stream;
    if (object && object->capturing)
    {
        FAULT("cuStreamSynchronize: stream %d is capturing", object->id);
        object->invalidated = 1;
        DONE(CAPTURE_UNSUPPORTED);
    }
    DONE(hasContext("cuStreamSynchronize") ? SUCCESS : INVALID_CONTEXT);
}

int cuStreamWaitEvent(void *stream, void *event, unsigned flags)
{
    LOCK;
    (void)stream;
    (void)flags;
    DONE(check("cuStreamWaitEvent", event, EVENT) ? SUCCESS : INVALID_HANDLE);
}

int cuEventCreate(void **event, unsigned flags)
{
    LOCK;
    (void)flags;
    *event = make(EVENT);
    DONE(SUCCESS);
}

int cuEventDestroy_v2(void *event)
{
    LOCK;
    Object *object = check("cuEventDestroy_v2", event, EVENT);
    if (!object)
        DONE(INVALID_HANDLE);
    end(object);
    DONE(SUCCESS);
}

int cuEventRecord(void *event, void *stream)
{
    LOCK;
    (void)stream;
    Object *object = check("cuEventRecord", event, EVENT);
    if (!object)
        DONE(INVALID_HANDLE);
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    object->time = now.tv_sec * 1e3 + now.tv_nsec * 1e-6;
    DONE(SUCCESS);
}

static int waited(const char *call, void *event)
{
    LOCK;
    if (forbidden(call))
        DONE(CAPTURE_UNSUPPORTED);
    DONE(check(call, event, EVENT) ? SUCCESS : INVALID_HANDLE);
}

int cuEventQuery(void *event) { return waited("cuEventQuery", event); }
int cuEventSynchronize(void *event) { return waited("cuEventSynchronize", event); }

int cuEventElapsedTime(float *milliseconds, void *from, void *to)
{
    LOCK;
    Object *a = check("cuEventElapsedTime", from, EVENT), *b = check("cuEventElapsedTime", to, EVENT);
    if (!a || !b)
        DONE(INVALID_HANDLE);
    *milliseconds = (float)(b->time - a->time);
    DONE(SUCCESS);
}

/* ---- modules and kernels ---- */

int cuModuleLoadDataEx(void **module, const char *ptx, int options, void *keys, void *values)
{
    LOCK;
    (void)options;
    (void)keys;
    (void)values;
    if (forbidden("cuModuleLoadDataEx"))
        DONE(CAPTURE_UNSUPPORTED);
    if (!hasContext("cuModuleLoadDataEx"))
        DONE(INVALID_CONTEXT);
    Object *made = make(MODULE);
    made->bytes = strlen(ptx);
#ifdef GANGPU_STUB_PTX
    char error[1024] = "";
    made->code = ptx_load(ptx, error, sizeof error);
    if (!made->code)
    {
        FAULT("%s", error);
        fprintf(stderr, "%s\n", error);
        end(made);
        DONE(INVALID_PTX);
    }
#endif
    *module = made;
    line("cuModuleLoadDataEx bytes=%zu -> module %d", made->bytes, made->id);
    DONE(SUCCESS);
}

int cuModuleLoadData(void **module, const char *ptx) { return cuModuleLoadDataEx(module, ptx, 0, NULL, NULL); }

int cuModuleGetFunction(void **function, void *module, const char *name)
{
    LOCK;
    Object *owner = check("cuModuleGetFunction", module, MODULE);
    if (!owner)
        DONE(INVALID_HANDLE);
    Object *made = make(FUNCTION);
    made->module = owner;
    snprintf(made->name, sizeof made->name, "%s", name);
    *function = made;
    line("cuModuleGetFunction module=%d name=%s", owner->id, name);
    DONE(SUCCESS);
}

int cuModuleUnload(void *module)
{
    LOCK;
    if (forbidden("cuModuleUnload"))
        DONE(CAPTURE_UNSUPPORTED);
    Object *object = check("cuModuleUnload", module, MODULE);
    if (!object)
        DONE(INVALID_HANDLE);
    line("cuModuleUnload module=%d", object->id);
    for (Object *exec = living[EXEC]; exec; exec = exec->next)
        for (int i = 0; i < exec->nodeCount; i++)
            if (exec->nodes[i].function && exec->nodes[i].function->module == object)
            {
                FAULT("cuModuleUnload of module %d, which graph exec %d uses", object->id, exec->id);
                break;
            }
    for (Object *function = living[FUNCTION], *next; function; function = next)
    {
        next = function->next;
        if (function->module == object)
            end(function);
    }
    end(object);
#ifdef GANGPU_STUB_PTX
    ptx_unload(object->code);
#endif
    DONE(SUCCESS);
}

int cuFuncSetAttribute(void *function, int attribute, int value)
{
    LOCK;
    Object *object = check("cuFuncSetAttribute", function, FUNCTION);
    if (!object)
        DONE(INVALID_HANDLE);
    line("cuFuncSetAttribute %s attribute=%d value=%d", object->name, attribute, value);
    DONE(SUCCESS);
}

int cuLaunchKernel(
    void *function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX, unsigned blockY, unsigned blockZ,
    unsigned shared, void *stream, void **parameters, void **extra)
{
    LOCK;
    if (broken)
        DONE(LAUNCH_FAILED);
    Object *object = check("cuLaunchKernel", function, FUNCTION);
    if (!object)
        DONE(INVALID_HANDLE);
    if (!hasContext("cuLaunchKernel") || (stream && !check("cuLaunchKernel", stream, STREAM)))
        DONE(INVALID_CONTEXT);
    Object *on = stream;
    if (on && on->context != current)
        FAULT("cuLaunchKernel: stream %d is of another context than this thread's", on->id);
    int captured = on && on->capturing;
    line("cuLaunchKernel stream=%d %s grid=%u,%u,%u block=%u,%u,%u shared=%u%s",
        streamId(stream), object->name, gridX, gridY, gridZ, blockX, blockY, blockZ, shared, captured ? " captured" : "");
    if (!stream && capturing)
        FAULT("cuLaunchKernel on the default stream while stream %d is capturing", capturing->id);
    uint64_t threads = (uint64_t)blockX * blockY * blockZ;
    if (threads == 0 || threads > MOST_THREADS || (uint64_t)gridX * gridY * gridZ == 0 || gridX > 2147483647u || gridY > 65535 || gridZ > 65535 || shared > SHARED_PER_BLOCK_OPTIN)
    {
        FAULT("cuLaunchKernel: %s does not fit the device", object->name);
        DONE(INVALID_VALUE);
    }
    /* ILGPU hands all arguments over as one block, whose address (1) and size (2) are named. */
    char *block = NULL;
    size_t size = 0;
    for (void **entry = parameters ? NULL : extra; entry && entry[0]; entry += 2)
    {
        if ((uintptr_t)entry[0] == 1)
            block = entry[1];
        else if ((uintptr_t)entry[0] == 2)
            size = *(size_t *)entry[1];
    }
    Node launch = {
        .kind = KERNEL, .function = object, .grid = {gridX, gridY, gridZ}, .block = {blockX, blockY, blockZ}, .shared = shared,
        .arguments = block, .argumentBytes = size};
    if (!captured)
        DONE(execute(&launch));
    {
        Node *node = addNode(on);
        *node = launch;
        node->arguments = malloc(size ? size : 1); /* never freed: a graph exec has it from the graph */
        if (block)
            memcpy(node->arguments, block, size);
        for (size_t at = 0; block && at + sizeof(char *) <= size; at += sizeof(char *))
        {
            char *value;
            memcpy(&value, block + at, sizeof value);
            useMemory(node, value);
        }
    }
    DONE(SUCCESS);
}

int cuOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, void *function, int blockSize, size_t shared)
{
    (void)function;
    (void)shared;
    *blocks = blockSize > 0 ? 2048 / blockSize : 0;
    return SUCCESS;
}

int cuOccupancyMaxPotentialBlockSize(int *gridSize, int *blockSize, void *function, void *sharedOf, size_t shared, int most)
{
    (void)function;
    (void)sharedOf;
    (void)shared;
    *gridSize = 132;
    *blockSize = most > 0 && most < MOST_THREADS ? most : MOST_THREADS;
    return SUCCESS;
}

/* ---- graphs ---- */

int cuStreamBeginCapture_v2(void *stream, int mode)
{
    LOCK;
    line("cuStreamBeginCapture_v2 stream=%d mode=%d", streamId(stream), mode);
    Object *object = stream ? check("cuStreamBeginCapture_v2", stream, STREAM) : NULL;
    if (!object)
    {
        FAULT("cuStreamBeginCapture_v2: the default stream can't be captured");
        DONE(INVALID_VALUE);
    }
    if (getenv("GANGPU_STUB_NO_CAPTURE"))
        DONE(NOT_SUPPORTED);
    if (object->capturing)
    {
        FAULT("cuStreamBeginCapture_v2: stream %d is capturing already", object->id);
        DONE(ILLEGAL_STATE);
    }
    object->capturing = 1;
    object->invalidated = 0;
    object->capturer = pthread_self();
    object->nodes = NULL;
    object->nodeCount = object->nodeRoom = 0;
    capturing = object;
    DONE(SUCCESS);
}

int cuStreamEndCapture(void *stream, void **graph)
{
    LOCK;
    line("cuStreamEndCapture stream=%d", streamId(stream));
    *graph = NULL;
    Object *object = check("cuStreamEndCapture", stream, STREAM);
    if (!object || !object->capturing)
    {
        FAULT("cuStreamEndCapture: stream %d is not capturing", streamId(stream));
        DONE(ILLEGAL_STATE);
    }
    if (!pthread_equal(object->capturer, pthread_self()))
    {
        FAULT("cuStreamEndCapture: stream %d is captured by another thread", object->id);
        DONE(908);
    }
    object->capturing = 0;
    capturing = NULL;
    if (object->invalidated)
        DONE(CAPTURE_INVALIDATED);
    Object *made = make(GRAPH);
    made->nodes = object->nodes;
    made->nodeCount = object->nodeCount;
    *graph = made;
    DONE(SUCCESS);
}

int cuGraphGetNodes(void *graph, void **nodes, size_t *count)
{
    LOCK;
    Object *object = check("cuGraphGetNodes", graph, GRAPH);
    if (!object)
        DONE(INVALID_HANDLE);
    if (nodes)
        DONE(NOT_SUPPORTED);
    *count = object->nodeCount;
    DONE(SUCCESS);
}

#ifndef GANGPU_STUB_OLD
int cuGraphInstantiateWithFlags(void **exec, void *graph, unsigned long long flags)
{
    LOCK;
    if (forbidden("cuGraphInstantiateWithFlags"))
        DONE(CAPTURE_UNSUPPORTED);
    Object *object = check("cuGraphInstantiateWithFlags", graph, GRAPH);
    if (!object)
        DONE(INVALID_HANDLE);
    if (getenv("GANGPU_STUB_NO_GRAPH"))
    {
        line("cuGraphInstantiateWithFlags graph=%d -> out of memory", object->id);
        DONE(OUT_OF_MEMORY);
    }
    Object *made = make(EXEC);
    made->nodes = malloc((object->nodeCount + 1) * sizeof(Node));
    memcpy(made->nodes, object->nodes, object->nodeCount * sizeof(Node));
    made->nodeCount = object->nodeCount;
    *exec = made;
    line("cuGraphInstantiateWithFlags graph=%d flags=%llu -> exec %d of %d kernels", object->id, flags, made->id, kernels(made));
    DONE(SUCCESS);
}
#endif

int cuGraphUpload(void *exec, void *stream)
{
    LOCK;
    Object *object = check("cuGraphUpload", exec, EXEC);
    line("cuGraphUpload exec=%d stream=%d", object ? object->id : 0, streamId(stream));
    if (getenv("GANGPU_STUB_NO_UPLOAD"))
        DONE(OUT_OF_MEMORY);
    DONE(object && hasContext("cuGraphUpload") ? SUCCESS : INVALID_HANDLE);
}

int cuGraphLaunch(void *exec, void *stream)
{
    LOCK;
    Object *object = check("cuGraphLaunch", exec, EXEC);
    if (!object || (stream && !check("cuGraphLaunch", stream, STREAM)))
        DONE(INVALID_HANDLE);
    if (!hasContext("cuGraphLaunch"))
        DONE(INVALID_CONTEXT);
    line("cuGraphLaunch exec=%d stream=%d", object->id, streamId(stream));
    if (breaks())
        DONE(LAUNCH_FAILED);
    for (int i = 0; i < object->nodeCount; i++)
    {
        Node *node = &object->nodes[i];
        int gone = 0;
        if (node->function && !node->function->alive)
            FAULT("cuGraphLaunch: the module of %s is gone", node->function->name);
        for (int j = 0; j < node->memoryCount; j++)
            if (!node->memory[j]->alive)
            {
                FAULT("cuGraphLaunch: memory %d is gone", node->memory[j]->id);
                gone = 1;
            }
        if (node->kind == KERNEL && !gone && execute(node) != SUCCESS)
            DONE(LAUNCH_FAILED);
        if (node->kind == COPY && !gone)
            memmove(node->target, node->source, node->bytes);
        if (node->kind == FILL && !gone)
            memset(node->target, node->value, node->bytes);
    }
    line("graph launch %d kernels", kernels(object));
    DONE(SUCCESS);
}

int cuGraphExecDestroy(void *exec)
{
    LOCK;
    Object *object = check("cuGraphExecDestroy", exec, EXEC);
    if (!object)
        DONE(INVALID_HANDLE);
    line("cuGraphExecDestroy exec=%d", object->id);
    end(object);
    free(object->nodes);
    DONE(SUCCESS);
}

int cuGraphDestroy(void *graph)
{
    LOCK;
    Object *object = check("cuGraphDestroy", graph, GRAPH);
    if (!object)
        DONE(INVALID_HANDLE);
    line("cuGraphDestroy graph=%d", object->id);
    end(object);
    free(object->nodes);
    DONE(SUCCESS);
}
