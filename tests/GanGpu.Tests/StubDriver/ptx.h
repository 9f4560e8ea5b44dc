// An interpreter of PTX, so that the kernels' CUDA code runs and is checked where there is no GPU.
//
// Compile ptx_*.cpp together: g++ -O2 -std=c++17 -shared -fPIC -pthread ptx_*.cpp
//
// Environment: GANGPU_PTX_CONTRACT=1  a product and the sum that alone uses it become one fma, as the assembler may do
//              GANGPU_PTX_RACES=0     no search for races in shared memory (faster)
//              GANGPU_PTX_GLOBAL_RACES=1  search for two blocks that write one place of global memory (slower)
//              GANGPU_PTX_INSTRUCTIONS=n  most instructions of a launch, 2^36 unless given
//              GANGPU_PTX_THREADS=n   host threads for a launch
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ptx_module ptx_module;

/// Reads all of a module; null and "line N: ..." where a directive or an instruction is unknown.
ptx_module *ptx_load(const char *text, char *error, int error_size);

void ptx_unload(ptx_module *module);

int ptx_has_kernel(ptx_module *module, const char *name);

/// What a kernel declares, each where its pointer is not null; 0 where there is no such kernel.
int ptx_kernel_sizes(ptx_module *module, const char *name, size_t *parameter_bytes, size_t *shared_bytes, size_t *local_bytes);

/// Runs a kernel to its end. parameters: every .param at its natural alignment, in order. Device memory is host memory;
/// is_valid says whether bytes of it may be touched, is called from several threads at once, and may be null (all may be).
/// 0, or 1 and one sentence: the kernel, the line of PTX, the block and thread, what is wrong.
int ptx_launch(
    ptx_module *module, const char *name, unsigned grid[3], unsigned block[3], unsigned dynamic_shared,
    const void *parameters, size_t parameter_bytes,
    int (*is_valid)(void *context, unsigned long long address, size_t bytes), void *context,
    char *error, int error_size);

/// Instructions of threads that this module's launches have executed.
unsigned long long ptx_instructions(ptx_module *module);

#ifdef __cplusplus
}
#endif
