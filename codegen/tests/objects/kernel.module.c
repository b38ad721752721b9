// A module of the kernel that `kernel.c` is: types, a variable and functions of its own.
struct element {
	short pad;
	int values[5];
	unsigned long long last;
};

struct widget {
	struct element *parent;
	short gap;
	int size;
	unsigned int kind : 3, rest : 5;
};

// The kernel has one of the name: nobody looks here.
struct shrunk {
	char one;
	int gone[4];
};

struct widget module_widget = { 0 };
struct shrunk shrunk;

int module_function(struct widget *widget)
{
	return widget->size;
}
