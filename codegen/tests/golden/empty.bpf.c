// A function that no program calls: no map, no program, no variable.

struct pair {
	int first;
	int second;
};

int sum(struct pair *pair)
{
	return pair->first + pair->second;
}
