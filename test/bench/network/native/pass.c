// A gateway of nothing but a rewrite, for one node: what can be had of two TAPs by a read and a write a frame, in
// C. It keeps no connections, answers no ARP, and passes on whatever it is sent.
//
//   pass CLIENT_NETNS NODE_NETNS DEVICE CLUSTER NODE MAC CLIENT_MAC NODE_MAC
//
// Makes the TAP DEVICE in both namespaces, with offloads (linux/if_tun.h), and says `ready`. Frames to CLUSTER go to
// NODE, those from NODE come from CLUSTER; MAC is its own on both sides. Before it sleeps it looks for 50 µs.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { HEADER = 10, ETHERNET = 14, MOST = HEADER + ETHERNET + 4 + 65535, BATCH = 64 };
enum { TCP = 6, UDP = 17, TCP_SUM = 16, UDP_SUM = 6, SOURCE = 12, DESTINATION = 16 };
static const int64_t SPIN = 50000;

static void must(int held, const char *what) {
  if (held) return;
  perror(what);
  exit(1);
}

static int made(const char *netns, const char *device) {
  struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR };
  int space = open(netns, O_RDONLY | O_CLOEXEC), size = HEADER;
  must(space >= 0 && setns(space, CLONE_NEWNET) == 0, netns);
  int it = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
  strncpy(request.ifr_name, device, IFNAMSIZ - 1);
  must(it >= 0 && ioctl(it, TUNSETIFF, &request) == 0, device);
  must(ioctl(it, TUNSETVNETHDRSZ, &size) == 0, "TUNSETVNETHDRSZ");
  must(ioctl(it, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6) == 0, "TUNSETOFFLOAD");
  close(space);
  return it;
}

static uint32_t get16(const uint8_t *at) { return at[0] << 8 | at[1]; }

static void put16(uint8_t *at, uint32_t value) {
  at[0] = value >> 8;
  at[1] = value;
}

static uint32_t folded(uint32_t sum) {
  sum = (sum & 0xffff) + (sum >> 16);
  return (sum & 0xffff) + (sum >> 16);
}

/** One side: what comes by it, and how it leaves by the other. */
struct way {
  int from, to;
  /** Where in the IPv4 header the address lies that changes, and what it is before and after. */
  int place;
  uint8_t before[4], after[4];
  /** Destination and source of the frames that leave. */
  uint8_t macs[12];
};

/** RFC 1624, equation 3; of a sum that the device completes, the part that is there is not inverted. */
static void rewrite(uint8_t *frame, const struct way *way) {
  uint8_t *packet = frame + HEADER + ETHERNET, *address = packet + way->place;
  if (get16(frame + HEADER + 12) != 0x0800 || memcmp(address, way->before, 4) != 0) return;
  uint32_t delta = 0;
  for (int at = 0; at < 4; at += 2)
    delta += (~get16(way->before + at) & 0xffff) + get16(way->after + at);
  memcpy(address, way->after, 4);
  put16(packet + 10, ~folded((~get16(packet + 10) & 0xffff) + delta));
  uint8_t *sum = packet + (packet[0] & 15) * 4 + (packet[9] == TCP ? TCP_SUM : UDP_SUM);
  if (packet[9] != TCP && (packet[9] != UDP || get16(sum) == 0)) return;
  if (frame[0] & VIRTIO_NET_HDR_F_NEEDS_CSUM) put16(sum, folded(get16(sum) + delta));
  else put16(sum, ~folded((~get16(sum) & 0xffff) + delta));
}

/** How many came. What the other side has no room for is lost, as on a wire. */
static int pass(const struct way *way) {
  static uint8_t frame[MOST];
  for (int count = 0; count < BATCH; count++) {
    ssize_t length = read(way->from, frame, sizeof frame);
    if (length < 0) {
      must(errno == EAGAIN, "read");
      return count;
    }
    rewrite(frame, way);
    memcpy(frame + HEADER, way->macs, sizeof way->macs);
    ssize_t written = write(way->to, frame, length);
    (void)written;
  }
  return BATCH;
}

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void address(const char *text, uint8_t *to) { must(inet_pton(AF_INET, text, to) == 1, text); }

static void mac(const char *text, uint8_t *to) {
  must(sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", to, to + 1, to + 2, to + 3, to + 4, to + 5) == 6,
       text);
}

int main(int words, char **word) {
  if (words != 9) return 2;
  int client = made(word[1], word[3]), node = made(word[2], word[3]);
  struct way in = { .from = client, .to = node, .place = DESTINATION };
  struct way out = { .from = node, .to = client, .place = SOURCE };
  address(word[4], in.before);
  address(word[5], in.after);
  memcpy(out.before, in.after, 4);
  memcpy(out.after, in.before, 4);
  mac(word[8], in.macs);
  mac(word[6], in.macs + 6);
  mac(word[7], out.macs);
  mac(word[6], out.macs + 6);
  puts("ready");
  fflush(stdout);
  struct pollfd ends[] = { { .fd = client, .events = POLLIN }, { .fd = node, .events = POLLIN } };
  for (int64_t last = now();;) {
    if (pass(&in) + pass(&out) > 0) last = now();
    else if (now() - last > SPIN) {
      poll(ends, 2, -1);
      last = now();
    }
  }
}
