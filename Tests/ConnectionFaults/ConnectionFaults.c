// A descriptor of another process's socket is a socket like our own (pidfd_getfd): what is done to
// it is done to the connection, whoever is at its other end.
#define _GNU_SOURCE
#include "ConnectionFaults.h"

#include <errno.h>

#ifdef __linux__
#include <dirent.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int is_connection(int descriptor) {
    struct sockaddr_storage peer;
    socklen_t size = sizeof peer;
    int type = 0;
    socklen_t type_size = sizeof type;
    return getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &type_size) == 0 &&
           type == SOCK_STREAM &&
           getpeername(descriptor, (struct sockaddr *)&peer, &size) == 0 &&
           (peer.ss_family == AF_INET || peer.ss_family == AF_INET6);
}

static int strike(int descriptor, int fault) {
    if (fault == CONNECTION_CUT) return shutdown(descriptor, SHUT_RDWR);
    // Takes no byte of any packet.
    struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
    struct sock_fprog program = {.len = 1, .filter = &drop};
    return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

static int is_socket(pid_t process, const char *name) {
    char path[64];
    char target[16] = {0};
    snprintf(path, sizeof path, "/proc/%d/fd/%.16s", (int)process, name);
    return readlink(path, target, sizeof target - 1) > 0 && strncmp(target, "socket:", 7) == 0;
}

int connection_fault(pid_t process, int fault) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd", (int)process);
    int handle = (int)syscall(SYS_pidfd_open, process, 0);
    if (handle < 0) return -errno;
    DIR *folder = opendir(path);
    if (folder == NULL) {
        int error = errno;
        close(handle);
        return -error;
    }
    int count = 0;
    struct dirent *entry;
    while (count >= 0 && (entry = readdir(folder)) != NULL) {
        if (!is_socket(process, entry->d_name)) continue;
        int descriptor = (int)syscall(SYS_pidfd_getfd, handle, atoi(entry->d_name), 0);
        // Closed meanwhile, or not allowed.
        if (descriptor < 0 && errno == EBADF) continue;
        if (descriptor < 0) {
            count = -errno;
            break;
        }
        if (is_connection(descriptor) && strike(descriptor, fault) == 0) count++;
        close(descriptor);
    }
    closedir(folder);
    close(handle);
    return count;
}
#else
int connection_fault(pid_t process, int fault) {
    (void)process;
    (void)fault;
    return -ENOSYS;
}
#endif
