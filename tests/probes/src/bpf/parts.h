/* What the parts of one object know of each other. */
#define CHECK(condition)    \
    do {                    \
        if (!(condition))   \
            return __LINE__; \
    } while (0)

struct parts {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 4);
    __uint(map_flags, BPF_F_NUMA_NODE);
    __uint(numa_node, 0);
    __type(key, __u32);
    __type(value, __u64);
};

/* Each defined in one of both. */
int doubled(int x);
int chosen(int x);
__hidden int both(int x);
