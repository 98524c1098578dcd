/*
 * A client of MOUNT and NFS, version 3, by UDP: one socket for each of the two, whatever the path, as the
 * kernel of Linux has it. Says a line of JSON for each step; ends with 1 when a call had no answer.
 *
 *   client ADDRESS null | export | dump | umntall
 *   client ADDRESS mnt | umnt PATH…
 *   client ADDRESS files NAME SIZE FILE PATH [FILE PATH…]
 *
 * The last makes NAME in each path with what FILE of this machine has, in transfers of SIZE bytes, one path's
 * after the other's; then it reads them in the same order and says how many bytes were right.
 */
#include <arpa/inet.h>
#include <rpc/rpc.h>
#include <rpc/pmap_clnt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "mount3.h"
#include "nfs3.h"

enum { MOUNT = 100005, NFS = 100003, VERSION = 3 };
enum { MNT = 1, DUMP = 2, UMNT = 3, UMNTALL = 4, EXPORT = 5 };
enum { READ = 6, WRITE = 7, CREATE = 8, COMMIT = 21 };
enum { MOST_PATHS = 16, LARGEST_FILE = 1 << 20, LARGEST_MESSAGE = 60000 };

/* Again after two seconds, given up after ten. */
static const struct timeval AGAIN = {2, 0}, PATIENCE = {10, 0};

static struct sockaddr_in server;

static CLIENT *client_of(const char *name, u_long program) {
  struct sockaddr_in to = server;
  int descriptor = RPC_ANYSOCK, connected = 1;
  to.sin_port = htons(pmap_getport(&to, program, VERSION, IPPROTO_UDP));
  printf("{\"step\":\"getport\",\"program\":\"%s\",\"port\":%d}\n", name, ntohs(to.sin_port));
  if (to.sin_port == 0) exit(1);
  CLIENT *client = clntudp_bufcreate(&to, program, VERSION, AGAIN, &descriptor, LARGEST_MESSAGE,
                                     LARGEST_MESSAGE);
  if (client == NULL) {
    clnt_pcreateerror(name);
    exit(1);
  }
  /* What comes from another address than the one that was asked is not heard. */
  if (!clnt_control(client, CLSET_CONNECT, (char *)&connected)) exit(1);
  client->cl_auth = authunix_create_default();
  return client;
}

static void call(CLIENT *client, const char *step, u_long procedure, xdrproc_t in, void *arguments,
                 xdrproc_t out, void *results) {
  enum clnt_stat status =
      clnt_call(client, procedure, in, arguments, out, results, PATIENCE);
  if (status == RPC_SUCCESS) return;
  printf("{\"step\":\"%s\",\"failed\":\"%s\"}\n", step, clnt_sperrno(status));
  exit(1);
}
#define CALL(client, step, procedure, IN, arguments, OUT, results)              \
  (memset(results, 0, sizeof *(results)),                                       \
   call(client, step, procedure, (xdrproc_t)xdr_##IN, arguments, (xdrproc_t)xdr_##OUT, results))

static void print_handle(const char *bytes, u_int length) {
  printf(",\"handle\":\"");
  for (u_int at = 0; at < length; at++) printf("%02x", (unsigned char)bytes[at]);
  printf("\"");
}

static nfs_fh3 mnt(CLIENT *mount, char *path) {
  mountres3 answer;
  nfs_fh3 handle = {0, NULL};
  CALL(mount, "mnt", MNT, dirpath3, &path, mountres3, &answer);
  printf("{\"step\":\"mnt\",\"path\":\"%s\",\"status\":%u", path, answer.status);
  if (answer.status == 0) {
    fhandle3 *given = &answer.mountres3_u.mountinfo.fhandle;
    handle.nfs_fh3_len = given->fhandle3_len;
    handle.nfs_fh3_val = given->fhandle3_val;
    print_handle(given->fhandle3_val, given->fhandle3_len);
  }
  printf("}\n");
  return handle;
}

static nfs_fh3 create(CLIENT *nfs, nfs_fh3 dir, char *name, const char *path) {
  CREATE3args arguments = {.dir = dir, .name = name, .mode = {TRUE, {0644}}};
  CREATE3res answer;
  CALL(nfs, "create", CREATE, CREATE3args, &arguments, CREATE3res, &answer);
  printf("{\"step\":\"create\",\"path\":\"%s\",\"status\":%u", path, answer.status);
  nfs_fh3 handle = {0, NULL};
  if (answer.status == 0) {
    handle = answer.CREATE3res_u.resok.obj.post_op_fh3_u.handle;
    print_handle(handle.nfs_fh3_val, handle.nfs_fh3_len);
  }
  printf("}\n");
  if (answer.status != 0) exit(1);
  return handle;
}

static void write_part(CLIENT *nfs, nfs_fh3 file, char *bytes, u_int offset, u_int count) {
  WRITE3args arguments = {.file = file, .offset = offset, .count = count, .data = {count, bytes + offset}};
  WRITE3res answer;
  CALL(nfs, "write", WRITE, WRITE3args, &arguments, WRITE3res, &answer);
  if (answer.status == 0 && answer.WRITE3res_u.resok.count == count) return;
  printf("{\"step\":\"write\",\"status\":%u,\"offset\":%u}\n", answer.status, offset);
  exit(1);
}

static void commit(CLIENT *nfs, nfs_fh3 file, const char *path) {
  COMMIT3args arguments = {.file = file};
  COMMIT3res answer;
  CALL(nfs, "commit", COMMIT, COMMIT3args, &arguments, COMMIT3res, &answer);
  printf("{\"step\":\"commit\",\"path\":\"%s\",\"status\":%u}\n", path, answer.status);
}

/* How many of the bytes that came are what they should be. */
static u_int read_part(CLIENT *nfs, nfs_fh3 file, const char *bytes, u_int offset, u_int count) {
  READ3args arguments = {.file = file, .offset = offset, .count = count};
  READ3res answer;
  CALL(nfs, "read", READ, READ3args, &arguments, READ3res, &answer);
  u_int same = 0;
  if (answer.status == 0) {
    u_int length = answer.READ3res_u.resok.data.data_len;
    const char *came = answer.READ3res_u.resok.data.data_val;
    while (same < count && same < length && came[same] == bytes[offset + same]) same++;
  }
  xdr_free((xdrproc_t)xdr_READ3res, (char *)&answer);
  return same;
}

struct work {
  char *path;
  char bytes[LARGEST_FILE];
  u_int length;
  nfs_fh3 file;
  u_int same;
};

static struct work works[MOST_PATHS];

static u_int part_of(const struct work *work, u_int offset, u_int size) {
  if (offset >= work->length) return 0;
  return work->length - offset < size ? work->length - offset : size;
}

static void load(struct work *work, const char *name) {
  FILE *stream = fopen(name, "r");
  if (stream == NULL) exit(2);
  work->length = fread(work->bytes, 1, sizeof work->bytes, stream);
  fclose(stream);
}

static void files(CLIENT *mount, CLIENT *nfs, char *name, u_int size, int count, char **pairs) {
  struct work *end = works + count;
  for (struct work *work = works; work < end; work++) {
    load(work, *pairs++);
    work->path = *pairs++;
    work->file = create(nfs, mnt(mount, work->path), name, work->path);
  }
  for (u_int offset = 0; offset < LARGEST_FILE; offset += size)
    for (struct work *work = works; work < end; work++) {
      u_int part = part_of(work, offset, size);
      if (part > 0) write_part(nfs, work->file, work->bytes, offset, part);
    }
  for (struct work *work = works; work < end; work++) commit(nfs, work->file, work->path);
  for (u_int offset = 0; offset < LARGEST_FILE; offset += size)
    for (struct work *work = works; work < end; work++) {
      u_int part = part_of(work, offset, size);
      if (part > 0) work->same += read_part(nfs, work->file, work->bytes, offset, part);
    }
  for (struct work *work = works; work < end; work++)
    printf("{\"step\":\"read\",\"path\":\"%s\",\"same\":%u}\n", work->path, work->same);
}

/* A procedure without arguments or results. */
static void plain(CLIENT *client, const char *step, u_long procedure) {
  call(client, step, procedure, (xdrproc_t)xdr_void, NULL, (xdrproc_t)xdr_void, NULL);
  printf("{\"step\":\"%s\"}\n", step);
}

static void export(CLIENT *mount) {
  exports3 all;
  call(mount, "export", EXPORT, (xdrproc_t)xdr_void, NULL, (xdrproc_t)xdr_exports3, memset(&all, 0, sizeof all));
  for (exports3 one = all; one != NULL; one = one->next)
    printf("{\"step\":\"export\",\"path\":\"%s\"}\n", one->directory);
}

static void dump(CLIENT *mount) {
  mountlist3 all;
  call(mount, "dump", DUMP, (xdrproc_t)xdr_void, NULL, (xdrproc_t)xdr_mountlist3, memset(&all, 0, sizeof all));
  for (mountlist3 one = all; one != NULL; one = one->next)
    printf("{\"step\":\"dump\",\"host\":\"%s\",\"path\":\"%s\"}\n", one->hostname, one->directory);
}

static void umnt(CLIENT *mount, char *path) {
  call(mount, "umnt", UMNT, (xdrproc_t)xdr_dirpath3, &path, (xdrproc_t)xdr_void, NULL);
  printf("{\"step\":\"umnt\",\"path\":\"%s\"}\n", path);
}

int main(int count, char **word) {
  if (count < 3 || inet_aton(word[1], &server.sin_addr) == 0) return 2;
  const char *what = word[2];
  char **rest = word + 3;
  server.sin_family = AF_INET;
  setvbuf(stdout, NULL, _IOLBF, 0);
  CLIENT *mount = client_of("mount", MOUNT);
  if (strcmp(what, "null") == 0) {
    plain(mount, "null of mount", NULLPROC);
    plain(client_of("nfs", NFS), "null of nfs", NULLPROC);
  } else if (strcmp(what, "umntall") == 0) {
    plain(mount, what, UMNTALL);
  } else if (strcmp(what, "export") == 0) {
    export(mount);
  } else if (strcmp(what, "dump") == 0) {
    dump(mount);
  } else if (strcmp(what, "mnt") == 0) {
    while (*rest != NULL) mnt(mount, *rest++);
  } else if (strcmp(what, "umnt") == 0) {
    while (*rest != NULL) umnt(mount, *rest++);
  } else if (strcmp(what, "files") == 0 && count > 6 && count - 5 <= 2 * MOST_PATHS) {
    files(mount, client_of("nfs", NFS), rest[0], atoi(rest[1]), (count - 5) / 2, rest + 2);
  } else {
    return 2;
  }
  return 0;
}
