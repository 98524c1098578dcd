// What no common program measures exactly: round trips of 64 bytes over TCP, small datagrams that arrive, and
// many connections at once. What it found goes out as one line of JSON; what fails is said, and ends it with 1.
//
//   talk answer PORT                    sends back what comes, 64 bytes at a time
//   talk ask ADDRESS PORT SECONDS       round trips, one after another: {"trips", "p50", "p99"}, nanoseconds
//   talk sink PORT SECONDS              datagrams that arrive, once they flow: {"datagrams", "nanoseconds"}
//   talk flood ADDRESS PORT SECONDS     datagrams of 64 bytes, as fast as they go: {"datagrams"}
//   talk fan ADDRESS PORT COUNT FROM…   one datagram from each of COUNT places, ports at the addresses FROM

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGE = 64, BATCH = 32, FIRST_PORT = 1024, LAST_PORT = 65535 };
enum { MOST_TRIPS = 1 << 22, RECEIVE_BUFFER = 4 << 20 };

static const int64_t SECOND = 1000000000;

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * SECOND + t.tv_nsec;
}

static void must(int held, const char *what) {
  if (held) return;
  perror(what);
  exit(1);
}

static struct sockaddr_in place(const char *address, int port) {
  struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
  must(inet_pton(AF_INET, address, &at.sin_addr) == 1, address);
  return at;
}

static int opened(int kind) {
  int one = 1, it = socket(AF_INET, kind, 0);
  must(it >= 0, "socket");
  setsockopt(it, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  return it;
}

static int bound(int kind, int port) {
  struct sockaddr_in at = place("0.0.0.0", port);
  int it = opened(kind);
  must(bind(it, (struct sockaddr *)&at, sizeof at) == 0, "bind");
  return it;
}

static int connected(int kind, const char *address, int port) {
  struct sockaddr_in at = place(address, port);
  int it = opened(kind);
  must(connect(it, (struct sockaddr *)&at, sizeof at) == 0, "connect");
  return it;
}

/** Without waiting for more to send (RFC 896), which a request and its answer would wait for. */
static void at_once(int it) {
  int one = 1;
  must(setsockopt(it, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) == 0, "TCP_NODELAY");
}

static int whole(int it, char *bytes) {
  for (int got = 0; got < MESSAGE;) {
    ssize_t more = recv(it, bytes + got, MESSAGE - got, 0);
    if (more <= 0) return 0;
    got += more;
  }
  return 1;
}

static void answer(int port) {
  char bytes[MESSAGE];
  int listener = bound(SOCK_STREAM, port);
  must(listen(listener, 16) == 0, "listen");
  for (;;) {
    int it = accept(listener, NULL, NULL);
    must(it >= 0, "accept");
    at_once(it);
    while (whole(it, bytes) && send(it, bytes, MESSAGE, MSG_NOSIGNAL) == MESSAGE);
    close(it);
  }
}

static int ascending(const void *one, const void *other) {
  uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
  return (a > b) - (a < b);
}

static void ask(const char *address, int port, double seconds) {
  char bytes[MESSAGE] = "a request of 64 bytes, and its answer";
  static uint32_t took[MOST_TRIPS];
  int it = connected(SOCK_STREAM, address, port);
  at_once(it);
  int64_t until = now() + seconds * SECOND;
  int trips = 0;
  for (int64_t before = now(); before < until && trips < MOST_TRIPS;) {
    must(send(it, bytes, MESSAGE, MSG_NOSIGNAL) == MESSAGE, "send");
    must(whole(it, bytes), "an answer");
    int64_t after = now();
    took[trips++] = after - before;
    before = after;
  }
  must(trips > 0, "round trips");
  qsort(took, trips, sizeof *took, ascending);
  printf("{\"trips\":%d,\"p50\":%u,\"p99\":%u}\n", trips, took[trips / 2],
         took[(int64_t)trips * 99 / 100]);
}

static struct mmsghdr messages[BATCH];

static void lay_out(void) {
  static char bytes[BATCH][MESSAGE];
  static struct iovec vectors[BATCH];
  for (int at = 0; at < BATCH; at++) {
    vectors[at] = (struct iovec){ bytes[at], MESSAGE };
    messages[at].msg_hdr = (struct msghdr){ .msg_iov = &vectors[at], .msg_iovlen = 1 };
  }
}

/** It counts from a fifth of a second after the first on, when all have found their pace. */
static void sink(int port, double seconds) {
  int it = bound(SOCK_DGRAM, port), room = RECEIVE_BUFFER;
  struct timeval patience = { .tv_usec = 200000 };
  setsockopt(it, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  setsockopt(it, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  int64_t deadline = now() + (seconds + 5) * SECOND, begin = 0, at = now(), datagrams = 0;
  lay_out();
  while (at < deadline && (begin == 0 || at < begin + seconds * SECOND)) {
    int got = recvmmsg(it, messages, BATCH, MSG_WAITFORONE, NULL);
    at = now();
    if (got > 0 && begin == 0) begin = at + SECOND / 5;
    else if (got > 0 && at >= begin) datagrams += got;
  }
  int64_t lasted = begin == 0 || at < begin ? 0 : at - begin;
  printf("{\"datagrams\":%lld,\"nanoseconds\":%lld}\n", (long long)datagrams, (long long)lasted);
}

/** A datagram that is refused, by the device or by who hears of it, is one that does not arrive. */
static void flood(const char *address, int port, double seconds) {
  int it = connected(SOCK_DGRAM, address, port);
  int64_t until = now() + seconds * SECOND, datagrams = 0;
  lay_out();
  while (now() < until) {
    int sent = sendmmsg(it, messages, BATCH, 0);
    if (sent > 0) datagrams += sent;
  }
  printf("{\"datagrams\":%lld}\n", (long long)datagrams);
}

/** At most 20 a millisecond: slower than any gateway takes connections. */
static void fan(const char *address, int port, int count, int addresses, char **from) {
  char bytes[MESSAGE] = "one of many";
  struct sockaddr_in to = place(address, port);
  struct timespec pause = { .tv_nsec = 1000000 };
  int sent = 0;
  for (int which = 0; which < addresses; which++)
    for (int own = FIRST_PORT; own <= LAST_PORT && sent < count; own++) {
      struct sockaddr_in at = place(from[which], own);
      int it = opened(SOCK_DGRAM);
      must(bind(it, (struct sockaddr *)&at, sizeof at) == 0, "bind");
      if (sendto(it, bytes, MESSAGE, 0, (struct sockaddr *)&to, sizeof to) == MESSAGE) sent++;
      close(it);
      if (sent % 20 == 0) nanosleep(&pause, NULL);
    }
  printf("{\"datagrams\":%d}\n", sent);
}

int main(int words, char **word) {
  const char *what = words > 1 ? word[1] : "";
  if (words == 3 && strcmp(what, "answer") == 0) answer(atoi(word[2]));
  else if (words == 5 && strcmp(what, "ask") == 0) ask(word[2], atoi(word[3]), atof(word[4]));
  else if (words == 4 && strcmp(what, "sink") == 0) sink(atoi(word[2]), atof(word[3]));
  else if (words == 5 && strcmp(what, "flood") == 0) flood(word[2], atoi(word[3]), atof(word[4]));
  else if (words > 5 && strcmp(what, "fan") == 0)
    fan(word[2], atoi(word[3]), atoi(word[4]), words - 5, word + 5);
  else {
    fprintf(stderr, "talk answer | ask | sink | flood | fan\n");
    return 2;
  }
  return 0;
}
