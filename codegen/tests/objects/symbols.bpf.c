// Symbols of the kernel (`kernel.c`, `kernel.kallsyms`) and of a module (`kernel.module.c`), and types that only the module has.
#define SEC(name) __attribute__((section(name), used))
#define RELOCATED __attribute__((preserve_access_index))
#define __ksym __attribute__((section(".ksyms")))
#define __weak __attribute__((weak))

char LICENSE[] SEC("license") = "GPL";

typedef unsigned long long u64;

struct element {
	int values[2];
	u64 last;
} RELOCATED;

struct widget {
	int size;
	unsigned int kind : 4;
	struct element *parent;
	int gone;
} RELOCATED;

struct shrunk {
	char one;
	int gone[4];
} RELOCATED;

extern const void untyped_function __ksym;
extern const void untyped_variable __ksym;
extern const void untyped_absent __ksym __weak;
extern int kernel_counter __ksym;
extern const struct element kernel_element __ksym;
extern int absent_counter __ksym __weak;
extern const int kernel_per_cpu __ksym;
extern int kernel_function(struct element *element, int number) __ksym;
extern void kernel_procedure(void) __ksym __weak;
extern int absent_function(int number) __ksym __weak;
extern int module_function(struct widget *widget) __ksym;
extern const struct widget module_widget __ksym;
// Two programs' ideas of one function, of which one is wrong.
extern int kernel_function___other(u64 number) __ksym __weak;
extern void kernel_procedure___same(void) __ksym __weak;

static void *(*const bpf_per_cpu_ptr)(const void *variable, unsigned int cpu) = (void *)153;
static void *(*const bpf_this_cpu_ptr)(const void *variable) = (void *)154;

SEC("raw_tp/x") u64 untyped(void *context)
{
	return (u64)&untyped_function + (u64)&untyped_variable * 3 + (u64)&untyped_absent * 5;
}

SEC("raw_tp/x") u64 variables(void *context)
{
	u64 sum = (u64)&kernel_counter + (u64)&kernel_element * 3;

	if (&absent_counter)
		sum += (u64)&absent_counter;
	return sum + module_widget.size;
}

SEC("raw_tp/x") u64 functions(void **context)
{
	u64 sum = kernel_function(context[0], 3);

	if (kernel_procedure)
		kernel_procedure();
	if (absent_function)
		sum += absent_function(1);
	if (kernel_function___other)
		sum += kernel_function___other(sum);
	if (kernel_procedure___same)
		kernel_procedure___same();
	return sum + module_function(context[1]);
}

SEC("raw_tp/x") u64 types_of_a_module(void **context)
{
	struct widget *widget = context[0];
	struct shrunk *shrunk = context[1];

	return widget->size + __builtin_preserve_field_info(widget->kind, 0) + __builtin_preserve_field_info(widget->kind, 5)
		+ __builtin_preserve_field_info(widget->gone, 2) + widget->parent->last + __builtin_preserve_type_info(*(struct widget *)0, 1)
		+ __builtin_btf_type_id(*(struct widget *)0, 1) + __builtin_preserve_field_info(shrunk->gone, 2);
}

SEC("raw_tp/x") u64 per_cpu(void *context)
{
	int *other = bpf_per_cpu_ptr(&kernel_per_cpu, 1);

	return *(int *)bpf_this_cpu_ptr(&kernel_per_cpu) + (other ? *other : 0);
}
