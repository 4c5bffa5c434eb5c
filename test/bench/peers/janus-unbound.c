/*
 * Preloaded into Janus. Its ICE library binds each socket to the network device of the socket's address, from
 * which the crowd's loopback addresses cannot be reached. This library ignores that option only.
 */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int setsockopt(int socket, int level, int name, const void *value, socklen_t length) {
  if (level == IPPROTO_IP && name == IP_UNICAST_IF) return 0;
  return (int)syscall(SYS_setsockopt, socket, level, name, value, length);
}
