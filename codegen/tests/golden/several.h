struct shared {
	__u32 limit;
};

int over(__u32 length);
