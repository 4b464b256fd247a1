/* Sends a prepared AMI stream as Asterisk does: one write() per message, TCP_NODELAY. Loopback only.
 * usage: sender STREAM RATE CPU TIMES   RATE 0 is as fast as it goes; TIMES gets one CLOCK_MONOTONIC ns per message. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void wait_until(int64_t at) {
    int64_t left = at - now();
    if (left > 120000) {
        struct timespec t = {0, left - 80000};
        nanosleep(&t, NULL);
    }
    while (now() < at) {}
}

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    FILE *file = fopen(argv[1], "rb");
    if (!file) return 1;
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *data = malloc(size + 1);
    if (!data || fread(data, 1, size, file) != (size_t)size) return 1;
    data[size] = 0;
    long rate = atol(argv[2]), count = 0;
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(atoi(argv[3]), &cpus);
    sched_setaffinity(0, sizeof cpus, &cpus);

    int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 1)) return 1;
    getsockname(listener, (struct sockaddr *)&address, &length);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    int peer = accept(listener, NULL, NULL);
    setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    int64_t *times = malloc((size / 8 + 1) * sizeof *times);
    usleep(200000);
    int64_t start = now();
    for (char *at = data, *end; at < data + size && (end = strstr(at, "\r\n\r\n")); at = end, count++) {
        end += 4;
        if (rate) wait_until(start + count * (1000000000 / rate));
        times[count] = now();
        for (char *from = at; from < end;) {
            ssize_t sent = write(peer, from, end - from);
            if (sent <= 0) return 1;
            from += sent;
        }
    }
    shutdown(peer, SHUT_WR);
    FILE *out = fopen(argv[4], "wb");
    fwrite(times, sizeof *times, count, out);
    fclose(out);
    char byte;
    while (read(peer, &byte, 1) > 0) {}
    return 0;
}
