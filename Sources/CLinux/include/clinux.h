// The Linux calls that Swift's Glibc module does not show.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/// struct mmsghdr: a message and, after a call, its length.
struct cl_message {
  struct msghdr header;
  unsigned int length;
};

/// recvmmsg(2) that blocks until there is one datagram and then takes what is there. Returns the count, or -errno.
int cl_receive(int fd, struct cl_message *messages, unsigned int count);

/// sendmmsg(2). Returns the count, or -errno.
int cl_send(int fd, struct cl_message *messages, unsigned int count);

/// sendmsg(2). Returns 0 or -errno.
int cl_send_one(int fd, const struct msghdr *message);

/// Asks for the destination address of every datagram (IP_PKTINFO, IPV6_RECVPKTINFO). Returns 0 or -errno.
int cl_want_destination(int fd, int family);

/// Room for the control message that cl_want_destination makes, and for the one that cl_set_source makes.
#define CL_CONTROL_LENGTH 64

/// Reads the destination address of a received datagram: 4 or 16 octets to `address`. Returns their number, 0 without one.
int cl_destination(struct msghdr *message, uint8_t *address);

/// Makes `control` (CL_CONTROL_LENGTH octets) say that a datagram leaves from the address. Returns the length to use.
int cl_set_source(void *control, const uint8_t *address, int length);

/// Whether the kernel cuts a buffer into datagrams (UDP_SEGMENT, Linux 4.18): an older one would send it as one.
int cl_can_segment(int fd);

/// The room that cl_set_segment_size takes.
#define CL_SEGMENT_LENGTH 24

/// Makes `control`, of which `used` octets are filled, say that the message is cut into datagrams of that many octets; the last one may
/// be shorter. Returns the length to use.
int cl_set_segment_size(void *control, int used, uint16_t size);

/// Asks the processor to fetch the cache line of an address, which need not be valid, for reading.
static inline void cl_prefetch(const void *address) { __builtin_prefetch(address); }

/// Names the calling thread as `top -H` shows it, cut to 15 octets.
void cl_name_thread(const char *name);

/// Has the calling thread run as soon as it wakes, also while another thread has not used up its slice: of two threads that may run, the
/// kernel (from 6.12 on) lets the one with the shorter slice have the CPU. It gets no larger share of it. Older kernels change nothing.
void cl_shorten_slice(void);

/// The number of processors that this process may use (sched_getaffinity), at least 1.
int cl_processors(void);

/// The octets that the process's allocator has given out and not taken back (mallinfo2).
size_t cl_heap_in_use(void);

/// Lets every allocation from 128 KiB on be a mapping of its own for good. By itself the allocator raises that bound when such a
/// mapping is freed; large arrays then come from the heap, which grows for each one that does not fit between small objects.
void cl_bound_heap(void);

/// Gives memory that was freed back to the system (malloc_trim).
void cl_trim_heap(void);
