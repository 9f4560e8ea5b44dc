// An OpenCL loader with one platform that takes a millisecond to say that it has no device, and ends the process if it is asked again meanwhile.
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static atomic_int asked;

int clGetPlatformIDs(unsigned entries, void **platforms, unsigned *count)
{
    if (entries > 0 && platforms)
        platforms[0] = &asked;
    if (count)
        *count = 1;
    return 0;
}

int clGetDeviceIDs(void *platform, unsigned long kinds, unsigned entries, void **devices, unsigned *count)
{
    (void)platform;
    (void)kinds;
    (void)entries;
    (void)devices;
    if (atomic_fetch_add(&asked, 1) != 0) {
        fputs("clGetDeviceIDs was called by two threads at once\n", stderr);
        abort();
    }
    usleep(1000);
    atomic_fetch_sub(&asked, 1);
    if (count)
        *count = 0;
    return -1; // CL_DEVICE_NOT_FOUND
}
