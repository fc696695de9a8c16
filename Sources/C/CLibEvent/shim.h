#pragma once
// First: libevent's own headers switch extensions of glibc on that Swift's Glibc module is built without, and one type
// must not come in two forms.
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>

#include <event2/event.h>

// What glibc declares only with those extensions.
extern int accept4(int socket, struct sockaddr *address, socklen_t *address_size, int flags);
extern int ppoll(struct pollfd *sockets, nfds_t count, const struct timespec *time, const sigset_t *signals);
extern int pthread_setname_np(pthread_t thread, const char *name);
