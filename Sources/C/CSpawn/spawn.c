#define _GNU_SOURCE
#include "CSpawn.h"

int lode_spawn_set_folder(posix_spawn_file_actions_t *actions, const char *folder) {
    return posix_spawn_file_actions_addchdir_np(actions, folder);
}

int lode_spawn_close_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

short lode_spawn_own_session(void) {
    return POSIX_SPAWN_SETSID;
}
