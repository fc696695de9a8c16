#pragma once
#include <microhttpd.h>
#include <sys/socket.h>

// libmicrohttpd takes options and gives facts through varargs and unions, which Swift cannot use.

typedef struct {
    int listening_socket;
    unsigned int connection_count_max;
    unsigned int idle_seconds;
    size_t memory_byte_count_max;  // a connection, for its request's head and for its write buffer
    MHD_AcceptPolicyCallback accept;
    MHD_AccessHandlerCallback handle;
    MHD_RequestCompletedCallback completed;
    MHD_NotifyConnectionCallback connection_changed;
    void *context;  // of all callbacks
} lode_mhd_settings;

typedef void *(*lode_mhd_uri_callback)(void *context, const char *uri, struct MHD_Connection *connection);

static inline struct MHD_Daemon *lode_mhd_start(lode_mhd_settings settings, lode_mhd_uri_callback uri_arrived) {
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, settings.accept, settings.context,
        settings.handle, settings.context,
        MHD_OPTION_LISTEN_SOCKET, settings.listening_socket,
        MHD_OPTION_CONNECTION_LIMIT, settings.connection_count_max,
        MHD_OPTION_CONNECTION_TIMEOUT, settings.idle_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, settings.memory_byte_count_max,
        MHD_OPTION_NOTIFY_COMPLETED, settings.completed, settings.context,
        MHD_OPTION_NOTIFY_CONNECTION, settings.connection_changed, settings.context,
        MHD_OPTION_URI_LOG_CALLBACK, uri_arrived, settings.context,
        MHD_OPTION_END
    );
}

static inline int lode_mhd_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

static inline const struct sockaddr *lode_mhd_peer(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? info->client_addr : NULL;
}

static inline void *lode_mhd_socket_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static inline size_t lode_mhd_head_size(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info ? info->header_size : 0;
}
