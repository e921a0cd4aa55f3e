#define _GNU_SOURCE
#include "clinux.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <malloc.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

_Static_assert(CMSG_SPACE(sizeof(uint16_t)) == CL_SEGMENT_LENGTH, "room for the size of segments");
_Static_assert(CMSG_SPACE(sizeof(struct in6_pktinfo)) + CL_SEGMENT_LENGTH <= CL_CONTROL_LENGTH, "room for both");
_Static_assert(sizeof(struct cl_message) == sizeof(struct mmsghdr), "cl_message is mmsghdr");

int cl_receive(int fd, struct cl_message *messages, unsigned int count) {
  int n = recvmmsg(fd, (struct mmsghdr *)messages, count, MSG_WAITFORONE, 0);
  return n < 0 ? -errno : n;
}

int cl_send(int fd, struct cl_message *messages, unsigned int count) {
  int n = sendmmsg(fd, (struct mmsghdr *)messages, count, 0);
  return n < 0 ? -errno : n;
}

int cl_send_one(int fd, const struct msghdr *message) { return sendmsg(fd, message, 0) < 0 ? -errno : 0; }

int cl_want_destination(int fd, int family) {
  int on = 1;
  int result = family == AF_INET ? setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on)
                                 : setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
  return result < 0 ? -errno : 0;
}

int cl_destination(struct msghdr *message, uint8_t *address) {
  for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      struct in_pktinfo info;
      memcpy(&info, CMSG_DATA(c), sizeof info);
      memcpy(address, &info.ipi_addr, 4);
      return 4;
    }
    if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      struct in6_pktinfo info;
      memcpy(&info, CMSG_DATA(c), sizeof info);
      memcpy(address, &info.ipi6_addr, 16);
      return 16;
    }
  }
  return 0;
}

int cl_set_source(void *control, const uint8_t *address, int length) {
  struct msghdr message = {.msg_control = control, .msg_controllen = CL_CONTROL_LENGTH};
  struct cmsghdr *c = CMSG_FIRSTHDR(&message);
  if (length == 4) {
    struct in_pktinfo info = {0};
    memcpy(&info.ipi_spec_dst, address, 4);
    c->cmsg_level = IPPROTO_IP;
    c->cmsg_type = IP_PKTINFO;
    c->cmsg_len = CMSG_LEN(sizeof info);
    memcpy(CMSG_DATA(c), &info, sizeof info);
    return CMSG_SPACE(sizeof info);
  }
  struct in6_pktinfo info = {0};
  memcpy(&info.ipi6_addr, address, 16);
  c->cmsg_level = IPPROTO_IPV6;
  c->cmsg_type = IPV6_PKTINFO;
  c->cmsg_len = CMSG_LEN(sizeof info);
  memcpy(CMSG_DATA(c), &info, sizeof info);
  return CMSG_SPACE(sizeof info);
}

int cl_can_segment(int fd) {
  int size;
  socklen_t length = sizeof size;
  return getsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &size, &length) == 0;
}

int cl_set_segment_size(void *control, int used, uint16_t size) {
  struct cmsghdr *c = (struct cmsghdr *)((char *)control + used);
  c->cmsg_level = IPPROTO_UDP;
  c->cmsg_type = UDP_SEGMENT;
  c->cmsg_len = CMSG_LEN(sizeof size);
  memcpy(CMSG_DATA(c), &size, sizeof size);
  return used + CL_SEGMENT_LENGTH;
}

void cl_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

// As linux/sched/types.h has it; glibc before 2.41 declares neither it nor the calls.
struct scheduling {
  uint32_t size, policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime, deadline, period;  // ns; the runtime of a normal thread is its slice
};

void cl_shorten_slice(void) {
  struct scheduling attributes = {.size = sizeof attributes};
  if (syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) < 0 || attributes.policy != SCHED_OTHER) return;
  attributes.runtime = 100000;  // the shortest that there is
  syscall(SYS_sched_setattr, 0, &attributes, 0);
}

int cl_processors(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) < 0) return 1;
  int n = CPU_COUNT(&set);
  return n < 1 ? 1 : n;
}

size_t cl_heap_in_use(void) {
  struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

void cl_bound_heap(void) { mallopt(M_MMAP_THRESHOLD, 128 << 10); }

void cl_trim_heap(void) { malloc_trim(0); }
