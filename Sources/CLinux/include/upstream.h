// Sockets to upstream servers: opening, readiness (epoll) and one timer (timerfd).
// Each function returns 0 or a descriptor or a count, and -errno on failure, so that callers need not look at errno.
#pragma once

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

// Fills in a socket address; `octets` is 4 (`length` 4) or 16 (`length` 16) octets in network order.
static inline socklen_t clinux_socket_address(struct sockaddr_storage *out, const uint8_t *octets, int length, uint16_t port) {
  memset(out, 0, sizeof *out);
  if (length == 4) {
    struct sockaddr_in *v4 = (struct sockaddr_in *)out;
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    memcpy(&v4->sin_addr, octets, 4);
    return sizeof *v4;
  }
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;
  v6->sin6_family = AF_INET6;
  v6->sin6_port = htons(port);
  memcpy(&v6->sin6_addr, octets, 16);
  return sizeof *v6;
}

// Opens a non-blocking socket that is connected to the server (for TCP: whose connection is on its way).
static inline int clinux_open_connected(int is_stream, const uint8_t *octets, int length, uint16_t port) {
  struct sockaddr_storage server;
  socklen_t size = clinux_socket_address(&server, octets, length, port);
  int type = is_stream ? SOCK_STREAM : SOCK_DGRAM;
  int fd = socket(server.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  if (is_stream) {
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  if (connect(fd, (struct sockaddr *)&server, size) < 0 && errno != EINPROGRESS) {
    int failure = -errno;
    close(fd);
    return failure;
  }
  return fd;
}

// The socket's own address: writes 4 or 16 octets and the port; returns the number of octets.
static inline int clinux_local_address(int fd, uint8_t *octets, uint16_t *port) {
  struct sockaddr_storage local;
  socklen_t size = sizeof local;
  if (getsockname(fd, (struct sockaddr *)&local, &size) < 0) return -errno;
  if (local.ss_family == AF_INET) {
    struct sockaddr_in *v4 = (struct sockaddr_in *)&local;
    memcpy(octets, &v4->sin_addr, 4);
    *port = ntohs(v4->sin_port);
    return 4;
  }
  if (local.ss_family == AF_INET6) {
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&local;
    memcpy(octets, &v6->sin6_addr, 16);
    *port = ntohs(v6->sin6_port);
    return 16;
  }
  return -EAFNOSUPPORT;
}

static inline int clinux_send(int fd, const void *octets, size_t count) {
  ssize_t sent;
  do sent = send(fd, octets, count, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent < 0 ? -errno : (int)sent;
}

static inline int clinux_receive(int fd, void *octets, size_t count) {
  ssize_t received;
  do received = recv(fd, octets, count, MSG_DONTWAIT);
  while (received < 0 && errno == EINTR);
  return received < 0 ? -errno : (int)received;
}

// What went wrong with the socket (SO_ERROR), as -errno; 0 for nothing.
static inline int clinux_socket_error(int fd) {
  int failure = 0;
  socklen_t size = sizeof failure;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &size) < 0) return -errno;
  return -failure;
}

static inline int clinux_epoll_create(void) {
  int fd = epoll_create1(EPOLL_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

// Watches a descriptor (`add`), or changes how it is watched. Reading is always watched for, writing when asked.
static inline int clinux_epoll_watch(int epoll, int add, int fd, uint64_t tag, int writing) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | (writing ? EPOLLOUT : 0), .data = {.u64 = tag}};
  return epoll_ctl(epoll, add ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event) < 0 ? -errno : 0;
}

// Waits for events without a time limit; writes the tags of the ready descriptors and whether each can be written to.
static inline int clinux_epoll_wait(int epoll, uint64_t *tags, uint8_t *writable, int capacity) {
  struct epoll_event events[64];
  if (capacity > 64) capacity = 64;
  int count;
  do count = epoll_wait(epoll, events, capacity, -1);
  while (count < 0 && errno == EINTR);
  if (count < 0) return -errno;
  for (int i = 0; i < count; i++) {
    tags[i] = events[i].data.u64;
    writable[i] = (events[i].events & EPOLLOUT) != 0;
  }
  return count;
}

static inline int clinux_timer_create(void) {
  int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

// Arms the timer for an instant of CLOCK_MONOTONIC in nanoseconds; one that is past fires at once; 0 disarms it.
static inline int clinux_timer_set(int timer, uint64_t nanoseconds) {
  struct itimerspec when = {.it_value = {.tv_sec = (time_t)(nanoseconds / 1000000000u), .tv_nsec = (long)(nanoseconds % 1000000000u)}};
  return timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL) < 0 ? -errno : 0;
}
