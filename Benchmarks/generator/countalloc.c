// countalloc.so, to be preloaded: counts what a program allocates, in the file that COUNTALLOC names, for another process to read.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t), *__libc_memalign(size_t, size_t);

// What the file holds: the allocations so far, and how many of one deliberate allocation were seen.
struct counts {
  atomic_long allocations;
  long seen;
};
static struct counts before, *counts = &before;

static void count(void) { atomic_fetch_add_explicit(&counts->allocations, 1, memory_order_relaxed); }

void *malloc(size_t size) { return count(), __libc_malloc(size); }
void *calloc(size_t n, size_t size) { return count(), __libc_calloc(n, size); }
void *realloc(void *old, size_t size) { return count(), __libc_realloc(old, size); }
void *memalign(size_t alignment, size_t size) { return count(), __libc_memalign(alignment, size); }
void *aligned_alloc(size_t alignment, size_t size) { return count(), __libc_memalign(alignment, size); }
int posix_memalign(void **to, size_t alignment, size_t size) {
  count();
  return (*to = __libc_memalign(alignment, size)) ? 0 : ENOMEM;
}

__attribute__((constructor)) static void open_counts(void) {
  const char *path = getenv("COUNTALLOC");
  int fd = path ? open(path, O_RDWR | O_CREAT, 0600) : -1;
  if (fd < 0 || ftruncate(fd, sizeof *counts)) return;
  void *map = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (map == MAP_FAILED) return;
  counts = map;
  long first = counts->allocations;
  void *(*volatile allocate)(size_t) = malloc;
  free(allocate(1));
  counts->seen = counts->allocations - first;
}
