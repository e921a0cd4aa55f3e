// dnsecho ADDRESS PORT [OCTETS]: the limit. One thread that receives a batch of datagrams, sets QR and sends the batch back: what
// a DNS server over UDP would cost if finding the answer were free. With OCTETS every reply is at least that long, filled up with
// zeros: what so many octets cost.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { BATCH = 64, SIZE = 1500 };

static unsigned char bytes[BATCH][SIZE];
static struct sockaddr_in senders[BATCH];
static struct iovec parts[BATCH];
static struct mmsghdr batch[BATCH];
static unsigned at_least;

static int open_socket(const char *address, int port) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0), size = 4 << 20;
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(port)};
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  if (inet_pton(AF_INET, address, &here.sin_addr) != 1 || bind(fd, (void *)&here, sizeof here)) {
    perror("dnsecho");
    exit(1);
  }
  return fd;
}

static int receive(int fd) {
  for (int i = 0; i < BATCH; i++) {
    parts[i] = (struct iovec){bytes[i], SIZE};
    batch[i].msg_hdr = (struct msghdr){
        .msg_name = &senders[i], .msg_namelen = sizeof senders[i], .msg_iov = &parts[i], .msg_iovlen = 1};
  }
  return recvmmsg(fd, batch, BATCH, MSG_WAITFORONE, 0);
}

static void reply(int fd, int count) {
  for (int i = 0; i < count; i++) {
    bytes[i][2] |= 0x80;
    parts[i].iov_len = batch[i].msg_len > at_least ? batch[i].msg_len : at_least;
  }
  for (int sent = 0; sent < count;) {
    int n = sendmmsg(fd, batch + sent, count - sent, 0);
    sent += n > 0 ? n : 1;
  }
}

int main(int argc, char **argv) {
  if (argc != 3 && argc != 4) return fprintf(stderr, "usage: dnsecho ADDRESS PORT [OCTETS]\n"), 2;
  if (argc == 4) at_least = atoi(argv[3]);
  if (at_least > SIZE) return fprintf(stderr, "dnsecho: at most %d octets\n", SIZE), 2;
  int fd = open_socket(argv[1], atoi(argv[2]));
  for (;;) reply(fd, receive(fd));
}
