// dnsload: asks a DNS server as fast as it answers (closed loop, a window of outstanding queries), or at a given rate (open
// loop), over UDP in batches or over pipelined TCP connections, and prints one line of JSON about what came back.
//
// Each line of the query file: NAME TYPE EXPECTED, where EXPECTED is answer, nodata, nxdomain or any. A reply with another
// response code, or with answers where none should be, counts as wrong. With -u the first label of every name becomes eight
// digits that no query had before: names that no cache holds.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
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

enum { MAX_FLOWS = 64, MAX_BATCH = 128, IDS = 65536, MESSAGE = 300, REPLY = 4096, STREAM = 1 << 17 };
enum { ANY, ANSWER, NODATA, NXDOMAIN };

static void die(const char *what) {
  perror(what);
  exit(1);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

// ---------------------------------------------------------------- options

static struct {
  const char *address, *file;
  int port, flows, window, batch, tcp, random_case, unique, payload;
  double seconds, rate;
} option = {.address = "127.0.0.1", .port = 53, .flows = 8, .window = 200, .batch = 32, .seconds = 5};

static const char usage[] =
    "usage: dnsload -q FILE [-s ADDRESS] [-p PORT] [-l SECONDS] [-c SOCKETS] [-w WINDOW] [-b BATCH] [-r RATE] [-e OCTETS]\n"
    "               [-t] [-x] [-u]\n"
    "  -w  queries outstanding over all sockets   -b  queries per system call\n"
    "  -r  queries per second (open loop)         -e  EDNS, with this payload size\n"
    "  -t  TCP, pipelined   -x  random letter case (0x20)   -u  every name once (its first label is replaced)\n";

static void read_options(int argc, char **argv) {
  for (int o; (o = getopt(argc, argv, "q:s:p:l:c:w:b:r:e:txu")) > 0;) switch (o) {
      case 'q': option.file = optarg; break;
      case 's': option.address = optarg; break;
      case 'p': option.port = atoi(optarg); break;
      case 'l': option.seconds = atof(optarg); break;
      case 'c': option.flows = atoi(optarg); break;
      case 'w': option.window = atoi(optarg); break;
      case 'b': option.batch = atoi(optarg); break;
      case 'r': option.rate = atof(optarg); break;
      case 'e': option.payload = atoi(optarg); break;
      case 't': option.tcp = 1; break;
      case 'x': option.random_case = 1; break;
      case 'u': option.unique = 1; break;
      default: fputs(usage, stderr); exit(2);
    }
  if (!option.file || option.flows < 1 || option.flows > MAX_FLOWS || option.batch < 1 || option.batch > MAX_BATCH ||
      option.window < option.batch) {
    fputs(usage, stderr);
    exit(2);
  }
}

// ---------------------------------------------------------------- questions

// A query in wire form with ID 0: header, question, OPT with -e; the name is wire[12 ..< name_end].
struct question {
  uint8_t wire[MESSAGE], expected;
  uint16_t length, name_end;
};
static struct question *questions;
static int question_count, next_question;

static int type_code(const char *type) {
  static const struct { const char *name; int code; } types[] = {
      {"A", 1}, {"NS", 2}, {"CNAME", 5}, {"SOA", 6}, {"PTR", 12}, {"TXT", 16}, {"AAAA", 28}, {"SRV", 33}};
  for (unsigned i = 0; i < sizeof types / sizeof *types; i++)
    if (!strcmp(type, types[i].name)) return types[i].code;
  fprintf(stderr, "dnsload: unknown type %s\n", type);
  exit(2);
}

static int expected_code(const char *word) {
  return !strcmp(word, "answer") ? ANSWER : !strcmp(word, "nodata") ? NODATA : !strcmp(word, "nxdomain") ? NXDOMAIN : ANY;
}

enum { UNIQUE = 8 };  // the digits of a label that no query had before

static void write_opt(struct question *q) {
  const uint8_t opt[11] = {0, 0, 41, option.payload >> 8, option.payload};
  memcpy(q->wire + q->length, opt, sizeof opt);
  q->length += sizeof opt;
  q->wire[11] = 1;  // one additional record
}

static void write_question(struct question *q, char *name, int type, int expected) {
  memset(q, 0, sizeof *q);
  q->wire[2] = 1;  // RD, as a stub resolver sets it
  q->wire[5] = 1;  // one question
  int n = 12;
  for (char *label = strtok(name, "."); label; label = strtok(NULL, ".")) {
    int length = strlen(label);
    if (option.unique && n == 12) label = "00000000", length = UNIQUE;
    q->wire[n++] = length;
    memcpy(q->wire + n, label, length);
    n += length;
  }
  q->name_end = ++n;
  q->wire[n + 1] = type;
  q->wire[n + 3] = 1;  // IN
  q->length = n + 4;
  q->expected = expected;
  if (option.payload) write_opt(q);
}

static void read_questions(void) {
  FILE *in = fopen(option.file, "r");
  if (!in) die(option.file);
  char name[256], type[16], expected[16];
  for (int capacity = 0; fscanf(in, "%255s %15s %15s", name, type, expected) == 3; question_count++) {
    if (question_count == capacity) {
      capacity = capacity ? 2 * capacity : 1024;
      questions = realloc(questions, capacity * sizeof *questions);
      if (!questions) die("realloc");
    }
    write_question(&questions[question_count], name, type_code(type), expected_code(expected));
  }
  fclose(in);
  if (!question_count) {
    fprintf(stderr, "dnsload: no queries in %s\n", option.file);
    exit(2);
  }
}

static uint32_t random_bits(void) {
  static uint64_t state = 88172645463325252u;
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return state >> 16;
}

static void shuffle_case(uint8_t *wire, int name_end) {
  for (int i = 12, label = wire[12]; label; label = wire[i]) {
    uint32_t bits = random_bits();
    for (int k = 1; k <= label; k++)
      if (isalpha(wire[i + k]) && (bits >> (k & 31) & 1)) wire[i + k] ^= 0x20;
    i += label + 1;
    if (i >= name_end) break;
  }
}

static void write_unique_label(uint8_t *wire) {
  static unsigned last;
  unsigned rest = ++last;
  for (int i = UNIQUE; i > 0; i--, rest /= 10) wire[12 + i] = '0' + rest % 10;
}

// ---------------------------------------------------------------- flows: one socket each

struct pending {
  double since;  // 0: the ID is free
  uint8_t expected;
};
struct flow {
  int fd, outstanding;
  uint16_t next_id;
  struct pending pending[IDS];
  uint8_t *unsent, *unread;  // TCP: octets not written yet, and read but not a whole message yet
  int unsent_length, unread_length, waits_to_write;
};
static struct flow *flows;
static int events, outstanding;
static double started;

static struct {
  long sent, completed, lost, wrong, unexpected, reconnects, bytes, rcode[16];
  double latency, last;
} total;

// Latencies: 1 us steps up to 10 ms, then 100 us steps up to 2 s.
enum { FINE = 10000, STEPS = FINE + 20000 };
static unsigned histogram[STEPS];

static void note_latency(double seconds) {
  int us = seconds * 1e6;
  int step = us < 0 ? 0 : us < FINE ? us : FINE + us / 100;
  histogram[step < STEPS ? step : STEPS - 1]++;
  total.latency += seconds;
}

static double latency_at(double share) {
  long seen = 0;
  for (int i = 0; i < STEPS; i++)
    if ((seen += histogram[i]) >= total.completed * share && seen) return i < FINE ? i : (i - FINE) * 100.0;
  return 0;
}

static void connect_flow(struct flow *f) {
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(option.port)};
  if (inet_pton(AF_INET, option.address, &server.sin_addr) != 1) die(option.address);
  f->fd = socket(AF_INET, option.tcp ? SOCK_STREAM : SOCK_DGRAM, 0);
  int size = 4 << 20, on = 1;
  if (option.tcp) {
    setsockopt(f->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  } else {
    setsockopt(f->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    setsockopt(f->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  }
  if (connect(f->fd, (void *)&server, sizeof server)) die("connect");
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = f};
  if (epoll_ctl(events, EPOLL_CTL_ADD, f->fd, &event)) die("epoll_ctl");
}

static void open_flows(void) {
  events = epoll_create1(0);
  flows = calloc(option.flows, sizeof *flows);
  for (int i = 0; i < option.flows; i++) {
    if (option.tcp) {
      flows[i].unsent = malloc(STREAM);
      flows[i].unread = malloc(STREAM);
    }
    connect_flow(&flows[i]);
  }
}

static void drop_outstanding(struct flow *f) {
  for (int id = 0; id < IDS; id++) f->pending[id].since = 0;
  total.lost += f->outstanding;
  outstanding -= f->outstanding;
  f->outstanding = 0;
}

// ---------------------------------------------------------------- asking

// Writes the next query into `wire`, with an ID of the flow's; returns its length.
static int put_query(struct flow *f, uint8_t *wire, double at) {
  struct question *q = &questions[next_question];
  if (++next_question == question_count) next_question = 0;
  memcpy(wire, q->wire, q->length);
  if (option.unique) write_unique_label(wire);
  if (option.random_case) shuffle_case(wire, q->name_end);
  uint16_t id = f->next_id++;
  if (f->pending[id].since) {  // 65,536 queries ago, and no reply since
    total.lost++, outstanding--, f->outstanding--;
  }
  wire[0] = id >> 8, wire[1] = id;
  f->pending[id] = (struct pending){option.rate ? started + (total.sent + 1) / option.rate : at, q->expected};
  total.sent++, outstanding++, f->outstanding++;
  return q->length;
}

static void send_datagrams(struct flow *f, int count, double at) {
  static uint8_t wire[MAX_BATCH][MESSAGE];
  static struct iovec part[MAX_BATCH];
  static struct mmsghdr batch[MAX_BATCH];
  for (int i = 0; i < count; i++) {
    part[i] = (struct iovec){wire[i], put_query(f, wire[i], at)};
    batch[i].msg_hdr = (struct msghdr){.msg_iov = &part[i], .msg_iovlen = 1};
  }
  for (int done = 0; done < count;) {
    int n = sendmmsg(f->fd, batch + done, count - done, 0);
    if (n > 0) done += n;
    else if (errno != EAGAIN && errno != ECONNREFUSED) die("sendmmsg");
  }
}

static void flush_stream(struct flow *f) {
  while (f->unsent_length > 0) {
    ssize_t n = send(f->fd, f->unsent, f->unsent_length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n <= 0) break;
    f->unsent_length -= n;
    memmove(f->unsent, f->unsent + n, f->unsent_length);
  }
  int waits = f->unsent_length > 0;
  if (waits == f->waits_to_write) return;
  f->waits_to_write = waits;
  struct epoll_event event = {.events = EPOLLIN | (waits ? EPOLLOUT : 0), .data.ptr = f};
  epoll_ctl(events, EPOLL_CTL_MOD, f->fd, &event);
}

static void send_stream(struct flow *f, int count, double at) {
  for (int i = 0; i < count && f->unsent_length + MESSAGE + 2 < STREAM; i++) {
    uint8_t *to = f->unsent + f->unsent_length;
    int length = put_query(f, to + 2, at);
    to[0] = length >> 8, to[1] = length;
    f->unsent_length += length + 2;
  }
  flush_stream(f);
}

static void ask(double at) {
  static int turn;
  int room = option.window - outstanding;
  if (option.rate) {
    long due = (long)((at - started) * option.rate) - total.sent;
    if (due < room) room = due;
  }
  while (room > 0 && (option.rate || room >= option.batch)) {
    struct flow *f = &flows[turn++ % option.flows];
    int count = room < option.batch ? room : option.batch;
    if (option.tcp) send_stream(f, count, at);
    else send_datagrams(f, count, at);
    room -= count;
  }
}

// ---------------------------------------------------------------- replies

static int as_expected(const uint8_t *reply, int expected) {
  int rcode = reply[3] & 15, answers = reply[6] << 8 | reply[7];
  switch (expected) {
    case ANSWER: return rcode == 0 && answers > 0;
    case NODATA: return rcode == 0 && answers == 0;
    case NXDOMAIN: return rcode == 3 && answers == 0;
    default: return 1;
  }
}

static void take_reply(struct flow *f, const uint8_t *reply, int length, double at) {
  struct pending *p = length >= 12 && reply[2] & 0x80 ? &f->pending[reply[0] << 8 | reply[1]] : NULL;
  if (!p || !p->since) {
    total.unexpected++;
    return;
  }
  note_latency(at - p->since);
  p->since = 0;
  outstanding--, f->outstanding--;
  total.completed++;
  total.wrong += !as_expected(reply, p->expected);
  total.rcode[reply[3] & 15]++;
  total.bytes += length;
  total.last = at;
}

static void receive_datagrams(struct flow *f) {
  static uint8_t wire[MAX_BATCH][REPLY];
  static struct iovec part[MAX_BATCH];
  static struct mmsghdr batch[MAX_BATCH];
  for (int i = 0; i < MAX_BATCH; i++) {
    part[i] = (struct iovec){wire[i], REPLY};
    batch[i].msg_hdr = (struct msghdr){.msg_iov = &part[i], .msg_iovlen = 1};
  }
  int count = recvmmsg(f->fd, batch, option.batch > 1 ? MAX_BATCH : 1, MSG_DONTWAIT, NULL);
  double at = now();
  for (int i = 0; i < count; i++) take_reply(f, wire[i], batch[i].msg_len, at);
}

static void reconnect(struct flow *f) {
  close(f->fd);
  f->unsent_length = f->unread_length = f->waits_to_write = 0;
  total.reconnects++;
  drop_outstanding(f);
  connect_flow(f);
}

static void receive_stream(struct flow *f) {
  ssize_t n = recv(f->fd, f->unread + f->unread_length, STREAM - f->unread_length, MSG_DONTWAIT);
  if (n <= 0) {
    if (n == 0 || errno != EAGAIN) reconnect(f);
    return;
  }
  double at = now();
  f->unread_length += n;
  int done = 0;
  while (f->unread_length - done >= 2) {
    const uint8_t *from = f->unread + done;
    int length = from[0] << 8 | from[1];
    if (f->unread_length - done < length + 2) break;
    take_reply(f, from + 2, length, at);
    done += length + 2;
  }
  f->unread_length -= done;
  memmove(f->unread, f->unread + done, f->unread_length);
}

static void handle(struct epoll_event *event) {
  struct flow *f = event->data.ptr;
  if (event->events & EPOLLOUT) flush_stream(f);
  if (!(event->events & (EPOLLIN | EPOLLERR | EPOLLHUP))) return;
  if (option.tcp) receive_stream(f);
  else receive_datagrams(f);
}

// ---------------------------------------------------------------- the run

static void run(void) {
  started = total.last = now();
  double end = started + option.seconds;
  for (double t = started; t < end || (outstanding && t < end + 0.5); t = now()) {
    if (t < end) ask(t);
    struct epoll_event ready[MAX_FLOWS];
    int count = epoll_wait(events, ready, MAX_FLOWS, option.rate ? 0 : 100);
    for (int i = 0; i < count; i++) handle(&ready[i]);
    if (!count && !option.rate)  // silence for 100 ms: what is outstanding is lost
      for (int i = 0; i < option.flows; i++) drop_outstanding(&flows[i]);
  }
  total.lost += outstanding;
}

static void report(void) {
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  double seconds = total.last - started, n = total.completed ? total.completed : 1;
  printf("{\"completed\": %ld, \"lost\": %ld, \"wrong\": %ld, \"unexpected\": %ld, \"reconnects\": %ld, ", total.completed,
         total.lost, total.wrong, total.unexpected, total.reconnects);
  printf("\"seconds\": %.3f, \"qps\": %.0f, \"reply_bytes\": %.1f, ", seconds, seconds > 0 ? total.completed / seconds : 0,
         total.bytes / n);
  printf("\"noerror\": %ld, \"servfail\": %ld, \"nxdomain\": %ld, \"refused\": %ld, ", total.rcode[0], total.rcode[2],
         total.rcode[3], total.rcode[5]);
  printf("\"latency_mean_us\": %.1f, \"latency_p50_us\": %.0f, \"latency_p99_us\": %.0f, \"latency_p999_us\": %.0f, ",
         total.latency / n * 1e6, latency_at(.5), latency_at(.99), latency_at(.999));
  printf("\"client_cpu_s\": %.3f}\n", use.ru_utime.tv_sec + use.ru_stime.tv_sec +
                                          (use.ru_utime.tv_usec + use.ru_stime.tv_usec) * 1e-6);
}

int main(int argc, char **argv) {
  read_options(argc, argv);
  read_questions();
  open_flows();
  run();
  report();
}
