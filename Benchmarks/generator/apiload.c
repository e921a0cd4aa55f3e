// apiload PORT CONNECTIONS SECONDS RATE FILE: requests over HTTP/1.1 to an API on 127.0.0.1, and how long their replies take.
//
// FILE has one request a line: method, target, headers (joined by `|`) and body, with tabs between them. Connection i of n sends the lines
// i, i + n, i + 2n, …, one after the other, each after the reply to the one before, and begins again at the end; so no two connections
// write the same object. SECONDS 0 sends each line once. RATE is requests a second of all connections, 0 for as fast as they are answered.
//
// In a body, `@ADDRESS@` becomes an IPv4 address, another one each time, `@TIME@` now as RFC 3339 has it, to the microsecond, and `@VERSION@` the
// resourceVersion in the last reply to the same line; before the first one the object is read. Prints one line of JSON.
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

enum { HEAD = 8192, SAMPLES = 1 << 20 };

// One request of the file, and what its last reply said.
struct line {
  char *method, *target, *headers, *body;
  char version[24];
};

// One connection: the line that it has asked, since when, and what has come of the reply.
struct connection {
  int fd, isBusy;
  size_t line, have, left;
  int64_t since;
  char head[HEAD];
};

static struct line *lines;
static size_t lineCount;
static int64_t *samples;
static uint64_t done, wrong, octets;
static unsigned counter;

static int64_t now_us(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void fail(const char *what) {
  fprintf(stderr, "apiload: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void read_lines(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) fail(path);
  char *text = NULL;
  size_t room = 0, space = 0;
  for (ssize_t length; (length = getline(&text, &room, file)) > 0;) {
    if (text[length - 1] == '\n') text[length - 1] = 0;
    char *rest = strdup(text);
    if (lineCount == space) lines = realloc(lines, (space = space ? 2 * space : 1024) * sizeof *lines);
    struct line *line = &lines[lineCount++];
    *line = (struct line){0};
    line->method = strsep(&rest, "\t");
    line->target = strsep(&rest, "\t");
    line->headers = strsep(&rest, "\t");
    line->body = rest;
    if (!line->body) fail("a line without four parts");
  }
  free(text);
  fclose(file);
  if (!lineCount) fail("no requests");
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

// Appends a text, which must fit.
static size_t put(char *to, size_t at, size_t room, const char *text, size_t length) {
  if (at + length > room) fail("a request that is too long");
  memcpy(to + at, text, length);
  return at + length;
}

// The body of a line with its marks filled in; returns its length.
static size_t fill(char *to, size_t room, const struct line *line) {
  size_t at = 0;
  for (const char *from = line->body; *from;) {
    char value[64];
    if (!strncmp(from, "@ADDRESS@", 9)) {
      unsigned n = ++counter;
      at = put(to, at, room, value, (size_t)snprintf(value, sizeof value, "10.%u.%u.%u", 130 + (n >> 16 & 63), n >> 8 & 255, n & 255));
      from += 9;
    } else if (!strncmp(from, "@TIME@", 6)) {
      int64_t us = now_us(CLOCK_REALTIME);
      time_t seconds = us / 1000000;
      struct tm parts;
      size_t length = strftime(value, sizeof value, "%Y-%m-%dT%H:%M:%S", gmtime_r(&seconds, &parts));
      length += (size_t)snprintf(value + length, sizeof value - length, ".%06dZ", (int)(us % 1000000));
      at = put(to, at, room, value, length);
      from += 6;
    } else if (!strncmp(from, "@VERSION@", 9)) {
      at = put(to, at, room, line->version, strlen(line->version));
      from += 9;
    } else {
      const char *next = strchr(from + 1, '@');
      size_t length = next ? (size_t)(next - from) : strlen(from);
      at = put(to, at, room, from, length);
      from += length;
    }
  }
  return at;
}

static void ask(struct connection *c, int port) {
  static char body[1 << 20], text[1 << 20];
  const struct line *line = &lines[c->line];
  int isUnknown = !line->version[0] && strstr(line->body, "@VERSION@");
  size_t length = isUnknown ? 0 : fill(body, sizeof body, line);
  size_t at = (size_t)snprintf(text, HEAD, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: apiload/1\r\n",
                               isUnknown ? "GET" : line->method, line->target, port);
  for (const char *h = line->headers; *h;) {  // joined by bars
    size_t part = strcspn(h, "|");
    at = put(text, at, sizeof text, h, part);
    at = put(text, at, sizeof text, "\r\n", 2);
    h += part + (h[part] == '|');
  }
  char end[64];
  int endLength = length ? snprintf(end, sizeof end, "Content-Length: %zu\r\n\r\n", length) : snprintf(end, sizeof end, "\r\n");
  at = put(text, at, sizeof text, end, (size_t)endLength);
  at = put(text, at, sizeof text, body, length);
  c->since = now_us(CLOCK_MONOTONIC);
  for (size_t sent = 0; sent < at;) {
    ssize_t count = send(c->fd, text + sent, at - sent, MSG_NOSIGNAL);
    if (count <= 0) fail("send");
    sent += (size_t)count;
  }
  c->isBusy = 1;
  c->have = c->left = 0;
}

// What a whole reply says: its code, and the version of the object.
static void finish(struct connection *c) {
  struct line *line = &lines[c->line];
  if (c->head[9] != '2') {
    if (!wrong++) fprintf(stderr, "apiload: %s %s: %.600s\n", line->method, line->target, c->head);
  }
  char *version = strstr(c->head, "\"resourceVersion\":\"");
  if (version) sscanf(version + 19, "%23[0-9]", line->version);
  if (samples) samples[done % SAMPLES] = now_us(CLOCK_MONOTONIC) - c->since;
  done++;
  c->isBusy = 0;
}

// Takes what has come; returns whether the reply is whole.
static int take(struct connection *c) {
  static char rest[1 << 20];
  for (;;) {
    int isHead = c->left == 0;
    char *to = isHead ? c->head + c->have : rest;
    size_t room = isHead ? HEAD - 1 - c->have : sizeof rest;
    ssize_t count = recv(c->fd, to, room, MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    if (count <= 0) fail("the connection ended");
    octets += (uint64_t)count;
    if (!isHead) {
      if ((size_t)count > c->left) fail("more than the reply");
      c->left -= (size_t)count;
      if (c->left == 0) return 1;
      continue;
    }
    c->have += (size_t)count;
    c->head[c->have] = 0;
    char *end = strstr(c->head, "\r\n\r\n");
    if (!end) {
      if (c->have >= HEAD - 1) fail("a reply's head that is too long");
      continue;
    }
    char *length = strcasestr(c->head, "content-length:");
    if (!length || length > end) fail("a reply without a length");
    size_t whole = (size_t)(end + 4 - c->head) + strtoul(length + 15, NULL, 10);
    if (c->have >= whole) return 1;
    // The head's buffer holds the beginning; the rest is only counted once it is full.
    if (c->have >= HEAD - 1) c->left = whole - c->have;
  }
}

static int compare(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return x < y ? -1 : x > y;
}

static double at(size_t count, double part) { return count ? (double)samples[(size_t)(part * (double)(count - 1))] / 1000 : 0; }

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "usage: apiload PORT CONNECTIONS SECONDS RATE FILE\n");
    return 2;
  }
  int port = atoi(argv[1]);
  size_t count = (size_t)atoi(argv[2]);
  double seconds = atof(argv[3]), rate = atof(argv[4]);
  read_lines(argv[5]);
  if (count > lineCount) count = lineCount;
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  samples = malloc(SAMPLES * sizeof *samples);
  struct connection *all = calloc(count, sizeof *all);
  int poll = epoll_create1(0);
  for (size_t i = 0; i < count; i++) {
    all[i].fd = dial(port);
    all[i].line = i;
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
    epoll_ctl(poll, EPOLL_CTL_ADD, all[i].fd, &event);
  }
  int64_t begin = now_us(CLOCK_MONOTONIC), end = begin + (int64_t)(seconds * 1e6);
  uint64_t asked = 0, most = seconds > 0 ? UINT64_MAX : lineCount;
  // Connections that wait for their turn, in a ring.
  size_t *idle = malloc(count * sizeof *idle), first = 0, waiting = count;
  for (size_t i = 0; i < count; i++) idle[i] = i;
  size_t busy = 0;
  struct epoll_event events[256];
  for (;;) {
    int64_t now = now_us(CLOCK_MONOTONIC);
    int isOver = asked >= most || (seconds > 0 && now >= end);
    if (isOver && busy == 0) break;
    while (!isOver && waiting > 0 && asked < most && (rate == 0 || (double)asked < rate * (double)(now - begin) / 1e6)) {
      struct connection *c = &all[idle[first]];
      first = (first + 1) % count;
      waiting--;
      if (c->line >= lineCount) continue;  // it has sent all of its lines
      ask(c, port);
      asked++;
      busy++;
    }
    int ready = epoll_wait(poll, events, 256, busy ? 1 : rate > 0 ? 1 : 0);
    for (int i = 0; i < ready; i++) {
      struct connection *c = &all[events[i].data.u32];
      if (!c->isBusy) fail("a reply to nothing");
      if (!take(c)) continue;
      finish(c);
      busy--;
      c->line += count;
      if (seconds > 0 && c->line >= lineCount) c->line %= count;
      idle[(first + waiting++) % count] = (size_t)(c - all);
    }
  }
  double taken = (double)(now_us(CLOCK_MONOTONIC) - begin) / 1e6;
  size_t known = done < SAMPLES ? done : SAMPLES;
  qsort(samples, known, sizeof *samples, compare);
  struct rusage own;
  getrusage(RUSAGE_SELF, &own);
  double cpu = (double)(own.ru_utime.tv_sec + own.ru_stime.tv_sec) + (double)(own.ru_utime.tv_usec + own.ru_stime.tv_usec) / 1e6;
  printf("{\"done\":%lu,\"wrong\":%lu,\"seconds\":%.3f,\"per_second\":%.1f,\"octets\":%lu,\"client_cpu_s\":%.3f,"
         "\"ms\":{\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f}}\n",
         done, wrong, taken, (double)done / taken, octets, cpu, at(known, 0.5), at(known, 0.99), at(known, 1));
  return wrong ? 1 : 0;
}
