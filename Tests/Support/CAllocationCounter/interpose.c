// malloc and its like, in the place of glibc's.
//
// A function of this name in the executable comes before that of any library ("Replacing malloc",
// glibc manual), for glibc's own calls, strdup's say, too. `free` stays glibc's, as the memory is.
#include <errno.h>

#include "charge.h"

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

#define CHARGE() \
  if (ac_is_on()) ac_charge(__builtin_return_address(0))

void *malloc(size_t size) {
  CHARGE();
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  CHARGE();
  return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
  CHARGE();
  return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
  CHARGE();
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  CHARGE();
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  CHARGE();
  if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0)
    return EINVAL;
  void *result = __libc_memalign(alignment, size);
  if (!result) return ENOMEM;
  *memory = result;
  return 0;
}
