#include <stddef.h>
#include <stdint.h>

// libFuzzer's driver, for programs that bring their own main.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*one_input)(const uint8_t *data, size_t size));

// The leak sanitizer passes over what is allocated between these two calls.
void __lsan_disable(void);
void __lsan_enable(void);
