/*
 * Loaded before Janus: its ICE library sends from every socket through the network device of its address, and
 * from there the crowd's loopback addresses can not be reached. This leaves the sockets untied, and changes
 * nothing else.
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
