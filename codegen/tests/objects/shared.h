// What the two halves of `halves.one.bpf.c` and `halves.two.bpf.c` know of each other.
struct node;

struct event {
	int pid;
	unsigned long long when;
	struct node *first;
};

struct task_struct {
	int pid;
	int tgid;
	struct task_struct *real_parent;
} __attribute__((preserve_access_index));

struct events {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, int);
	__type(value, struct event);
};

int in_two(struct task_struct *task, const volatile struct event *event);
int weak_then_strong(struct task_struct *task);
int strong_then_weak(struct task_struct *task);
int weak_twice(int x);
int undecided(int x);
