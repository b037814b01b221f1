// For the twin of the test isa_symbols: an inline function that is used out of line leaves a weak symbol in the object
// file.
inline int leaked(int x) { return x + 1; }
int (*address_of_leaked())(int) { return leaked; }
