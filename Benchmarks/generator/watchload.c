// watchload PORT WATCHES CHANGES [GAP_MS]: how fast a change through the registry's API reaches all who watch it.
//
// Opens WATCHES connections that watch the Services of a namespace, then changes the Service `probe` there CHANGES times with a
// merge patch, GAP_MS apart, and reads until every watch has shown each change. Prints one line of JSON: microseconds from just
// before the patch is sent until its reply is read, and until its event is read, over all watches and changes.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char *host = "Host: 127.0.0.1\r\n";
static const char *collection = "/api/v1/namespaces/default/services";

static int64_t now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void fail(const char *what) {
  fprintf(stderr, "watchload: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int dial(int port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0) fail("connect");
  int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

static void say(int fd, const char *text) {
  size_t length = strlen(text), sent = 0;
  while (sent < length) {
    ssize_t count = send(fd, text + sent, length - sent, MSG_NOSIGNAL);
    if (count <= 0) fail("send");
    sent += (size_t)count;
  }
}

// Sends a request with a body and returns the reply's status code; the reply has a Content-Length.
static int request(int fd, const char *method, const char *path, const char *type, const char *body) {
  static char text[65536];
  snprintf(text, sizeof text, "%s %s HTTP/1.1\r\n%sContent-Type: %s\r\nContent-Length: %zu\r\n\r\n%s", method, path, host, type,
           strlen(body), body);
  say(fd, text);
  size_t have = 0;
  for (;;) {
    ssize_t count = recv(fd, text + have, sizeof text - 1 - have, 0);
    if (count <= 0) fail("recv");
    have += (size_t)count;
    text[have] = 0;
    char *end = strstr(text, "\r\n\r\n");
    char *length = strcasestr(text, "content-length:");
    if (end && length && have >= (size_t)(end + 4 - text) + strtoul(length + 15, NULL, 10)) return atoi(text + 9);
  }
}

static int compare(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return x < y ? -1 : x > y;
}

static double at(int64_t *sorted, size_t count, double part) { return count ? (double)sorted[(size_t)(part * (double)(count - 1))] : 0; }

int main(int argc, char **argv) {
  if (argc < 4) {
    fprintf(stderr, "usage: watchload PORT WATCHES CHANGES [GAP_MS]\n");
    return 2;
  }
  int port = atoi(argv[1]), watches = atoi(argv[2]), changes = atoi(argv[3]), gap = argc > 4 ? atoi(argv[4]) : 50;
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);

  int writer = dial(port);
  request(writer, "POST", collection, "application/json",
          "{\"kind\":\"Service\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"probe\"},\"spec\":{\"ports\":[{\"port\":80}]}}");
  int poll = epoll_create1(0);
  int *fds = calloc((size_t)watches, sizeof *fds);
  int *seen = calloc((size_t)watches, sizeof *seen);
  char target[256];
  snprintf(target, sizeof target, "GET %s?watch=true HTTP/1.1\r\n%s\r\n", collection, host);
  for (int i = 0; i < watches; i++) {
    fds[i] = dial(port);
    say(fds[i], target);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
    epoll_ctl(poll, EPOLL_CTL_ADD, fds[i], &event);
  }
  static char buffer[1 << 20];
  struct epoll_event events[256];
  // What the watches begin with.
  int64_t quiet = now_us();
  while (now_us() - quiet < 500000) {
    int count = epoll_wait(poll, events, 256, 100);
    for (int i = 0; i < count; i++) {
      if (recv(fds[events[i].data.u32], buffer, sizeof buffer, MSG_DONTWAIT) > 0) quiet = now_us();
    }
  }
  int64_t *latency = calloc((size_t)watches * (size_t)changes, sizeof *latency);
  int64_t *replies = calloc((size_t)changes, sizeof *replies);
  size_t shown = 0, wrong = 0;
  for (int change = 1; change <= changes; change++) {
    char body[128], mark[64], path[256];
    snprintf(body, sizeof body, "{\"metadata\":{\"annotations\":{\"change\":\"%d\"}}}", change);
    snprintf(mark, sizeof mark, "\"change\":\"%d\"", change);
    snprintf(path, sizeof path, "%s/probe", collection);
    int64_t start = now_us();
    if (request(writer, "PATCH", path, "application/merge-patch+json", body) != 200) wrong++;
    replies[change - 1] = now_us() - start;
    int left = watches;
    while (left > 0 && now_us() - start < 5000000) {
      int count = epoll_wait(poll, events, 256, 1000);
      for (int i = 0; i < count; i++) {
        uint32_t who = events[i].data.u32;
        ssize_t octets = recv(fds[who], buffer, sizeof buffer - 1, MSG_DONTWAIT);
        if (octets <= 0) continue;
        buffer[octets] = 0;
        if (seen[who] < change && strstr(buffer, mark)) {
          seen[who] = change;
          latency[shown++] = now_us() - start;
          left--;
        }
      }
    }
    wrong += (size_t)left;
    usleep((useconds_t)gap * 1000);
  }
  qsort(latency, shown, sizeof *latency, compare);
  qsort(replies, (size_t)changes, sizeof *replies, compare);
  printf("{\"watches\":%d,\"changes\":%d,\"missing\":%zu,\"event_us\":{\"p50\":%.0f,\"p90\":%.0f,\"p99\":%.0f,\"max\":%.0f},"
         "\"reply_us\":{\"p50\":%.0f,\"p99\":%.0f}}\n",
         watches, changes, wrong, at(latency, shown, 0.5), at(latency, shown, 0.9), at(latency, shown, 0.99),
         at(latency, shown, 1), at(replies, (size_t)changes, 0.5), at(replies, (size_t)changes, 0.99));
  return wrong ? 1 : 0;
}
